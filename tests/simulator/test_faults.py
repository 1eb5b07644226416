"""Everything that can go wrong on purpose."""

import time

import pytest
import requests

from tests.simulator.conftest import GUEST, Line
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
