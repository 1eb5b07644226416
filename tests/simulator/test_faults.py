"""Everything that can go wrong on purpose."""

import time

import pytest
import requests

from tests.simulator.conftest import GUEST, SWITCHES, Line
from tests.simulator.listener import wait_until

MESSAGE = {"chatId": GUEST, "message": "Good evening"}


def test_answers_can_fail_a_number_of_times_for_some_methods(line: Line) -> None:
    line.control("/faults", {"rate_limit": {"times": 2, "methods": ["sendMessage"]}})
    assert line.call("getMessagesCount").status_code == 200
    codes = [line.call("sendMessage", MESSAGE).status_code for _ in range(3)]
    assert codes == [429, 429, 200]
    line.control("/faults", {"server_error": {"code": 500, "times": 1}})
    assert line.call("sendMessage", MESSAGE).status_code == 500
    wait_until(lambda: len(line.received()) == 1)
    assert line.control("/faults") == {}


def test_a_send_can_be_accepted_and_never_answered(line: Line) -> None:
    line.control("/faults", {"accept_then_timeout": 1})
    with pytest.raises(requests.ReadTimeout):
        line.call("sendMessage", MESSAGE, timeout=0.1)
    wait_until(lambda: line.received() == ["Good evening"])


SENDS: dict[str, dict[str, object]] = {
    "sendLocation": {"chatId": GUEST, "latitude": 1, "longitude": 2},
    "sendContact": {"chatId": GUEST, "contact": {"phoneContact": 34910000000, "company": "Taxi"}},
    "sendPoll": {
        "chatId": GUEST,
        "message": "When?",
        "options": [{"optionName": "8"}, {"optionName": "9"}],
    },
    "sendFileByUrl": {"chatId": GUEST, "urlFile": "", "fileName": "menu.pdf"},
    "forwardMessages": {"chatId": GUEST, "chatIdFrom": GUEST, "messages": []},
}


@pytest.mark.parametrize("method", SENDS)
def test_every_kind_of_send_can_go_wrong(line: Line, method: str) -> None:
    line.control("/settings", SWITCHES)
    body = dict(SENDS[method])
    if method == "forwardMessages":
        body["messages"] = [line.write("hello")]
    if method == "sendFileByUrl":
        upload = line.call("uploadFile", verb="POST", data=b"%PDF", headers={"GA-Filename": "a"})
        body["urlFile"] = upload.json()["urlFile"]
    line.control("/faults", {"accept_then_timeout": {"seconds": 0.3, "times": 1}})
    with pytest.raises(requests.ConnectionError):
        line.call(method, body)
    line.control("/faults", {"reset": {"when": "before", "times": 1}})
    with pytest.raises(requests.ConnectionError):
        line.call(method, body)
    line.control("/faults", {"rate_limit": 1, "slow_body": {"seconds": 0.1, "times": 1}})
    assert line.call(method, body).status_code == 429
    assert line.call(method, body).status_code == 200
    line.control("/faults", {"server_error": {"code": 503, "times": 1}})
    assert line.call(method, body).status_code == 503
    wait_until(lambda: len(line.received()) == 2)


@pytest.mark.parametrize("method", ["uploadFile", "editMessage", "deleteMessage", "readChat"])
def test_other_calls_fail_as_often_as_asked(line: Line, method: str) -> None:
    faults = {"times": 2, "methods": [method]}
    line.control("/faults", {"server_error": faults})
    codes = [line.call(method, verb="POST", data=b"x").status_code for _ in range(3)]
    assert codes[:2] == [502, 502]
    assert codes[2] in (200, 400)
    line.control("/faults", {"accept_then_timeout": {**faults, "times": 1, "seconds": 0.2}})
    assert line.control("/faults")["accept_then_timeout"]["methods"] == [method.lower()]


def test_an_upload_can_be_stored_and_never_answered(line: Line) -> None:
    line.control("/faults", {"accept_then_timeout": {"methods": ["uploadFile"], "times": 1}})
    with pytest.raises(requests.ReadTimeout):
        line.call("uploadFile", verb="POST", data=b"x", timeout=0.2)
    assert line.call("uploadFile", verb="POST", data=b"x").status_code == 200


@pytest.mark.parametrize(("when", "arrives"), [("before", 0), ("after", 1)])
def test_the_connection_can_be_reset_before_or_after(line: Line, when: str, arrives: int) -> None:
    line.control("/faults", {"reset": {"when": when, "times": 1}})
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        line.call("sendMessage", MESSAGE)
    line.send("and then")
    wait_until(lambda: "and then" in line.received())
    assert len(line.received()) == 1 + arrives


def test_answers_can_be_slow_from_the_start_or_in_the_middle(line: Line) -> None:
    for fault in ("slow", "slow_body"):
        line.control("/faults", {fault: {"seconds": 0.1, "times": 1}})
        started = time.monotonic()
        assert line.call("sendMessage", MESSAGE).status_code == 200
        assert time.monotonic() - started >= 0.1


def test_any_answer_can_be_had_with_the_send_taken_or_not(line: Line) -> None:
    line.control("/faults", {"answer": {"code": 200, "accept": True, "times": 1}})
    answer = line.call("sendMessage", MESSAGE)
    assert (answer.status_code, answer.content) == (200, b"")
    line.control("/faults", {"answer": {"code": 499, "body": "<html>", "times": 1}})
    answer = line.call("sendMessage", MESSAGE)
    assert (answer.status_code, answer.text) == (499, "<html>")
    line.send("last")
    wait_until(lambda: line.received() == ["Good evening", "last"])


def test_an_expired_instance_says_so(line: Line) -> None:
    line.control("/faults", {"expired": True})
    answer = line.call("getMessagesCount")
    assert answer.status_code == 400
    assert answer.text.startswith("Instance account is expired")


def test_a_message_can_vanish(line: Line) -> None:
    line.control("/faults", {"lost_message": {"times": 1}})
    line.send("gone")
    line.send("here")
    wait_until(lambda: line.received() == ["here"])


@pytest.mark.parametrize(
    "fault",
    [
        {"nonsense": True},
        {"slow": "long"},
        {"rate_limit": {"times": 0}},
        {"server_error": {"probability": 2}},
        {"reset": {"when": "sometimes"}},
        {"slow": {"minutes": 1}},
        {"failed": [7]},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_in_words(line: Line, fault: object) -> None:
    address = f"{line.url}/_sim/instances/{line.id_instance}/faults"
    answer = requests.post(address, json=fault, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert line.control("/faults") == {}
