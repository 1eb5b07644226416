"""The oddities of Green API that a client must live with."""

import json

import pytest
import requests

from inbox.simulator import RunningSimulator
from tests.simulator.conftest import GUEST, Line

MESSAGE = {"chatId": GUEST, "message": "Good evening"}


def test_a_wrong_token_is_401_with_nothing_in_it(line: Line) -> None:
    line.token = "f" * 50
    answer = line.call("sendMessage", {"nonsense": True})
    assert answer.status_code == 401
    assert answer.content == b""
    assert answer.headers["Content-Length"] == "0"


def test_a_wrong_instance_is_403(line: Line) -> None:
    line.id_instance = 1
    assert line.call("getStateInstance").status_code == 403


@pytest.mark.parametrize("method", ["getMessageStatus", "sendmessages", "nothing"])
def test_an_unknown_method_is_a_404_page(line: Line, method: str) -> None:
    answer = line.call(method, MESSAGE)
    assert answer.status_code == 404
    assert answer.text.startswith("<html>")


def test_a_wrong_verb_is_a_404_page(line: Line) -> None:
    assert line.call("sendMessage", verb="GET").status_code == 404


def test_method_names_ignore_case(line: Line) -> None:
    assert line.call("SENDMESSAGE", MESSAGE).status_code == 200


def test_a_400_repeats_the_token_in_its_path(line: Line) -> None:
    answer = line.call("sendMessage", {"message": "to whom?"})
    body = answer.json()
    assert answer.status_code == body["statusCode"] == 400
    assert line.token in body["path"]
    assert body["message"] == "Validation failed. Details: 'chatId' is required"


@pytest.mark.parametrize(
    "chat_id",
    [
        "11001234567@\u0441.us",  # the Cyrillic letter of the published samples
        "+447700900318@c.us",
        "447700900318",
        "447700900318@newsletter",
        "447700900318@c.us\n",
        "",
        7,
    ],
)
def test_a_malformed_chat_id_is_refused(line: Line, chat_id: object) -> None:
    answer = line.call("sendMessage", {**MESSAGE, "chatId": chat_id})
    assert answer.status_code == 400
    assert "'chatId'" in answer.json()["message"]


@pytest.mark.parametrize(
    "chat_id", [GUEST, "123456789@lid", "120363043968066561@g.us", "4477-161@g.us"]
)
def test_a_chat_id_of_each_kind_is_taken(line: Line, chat_id: str) -> None:
    assert line.call("sendMessage", {**MESSAGE, "chatId": chat_id}).status_code == 200


def test_a_text_may_have_twenty_thousand_characters_and_no_more(line: Line) -> None:
    assert line.call("sendMessage", {**MESSAGE, "message": "x" * 20_000}).status_code == 200
    assert line.call("sendMessage", {**MESSAGE, "message": "x" * 20_001}).status_code == 400
    assert line.call("sendMessage", {**MESSAGE, "message": ""}).status_code == 400


def test_broken_json_is_told_by_its_position(line: Line) -> None:
    answer = line.call("sendMessage", verb="POST", data=b'{"chatId" _}')
    assert answer.status_code == 400
    assert "Unexpected token _ in JSON at position 10" in answer.json()["message"]


def test_the_second_state_request_of_a_second_is_429_with_nothing_in_it(line: Line) -> None:
    assert line.call("getStateInstance").json() == {"stateInstance": "authorized"}
    answer = line.call("getStateInstance")
    assert answer.status_code == 429
    assert answer.content == b""


def test_the_fifty_first_send_of_a_second_is_429_and_other_methods_go_on(line: Line) -> None:
    address = f"{line.url}/waInstance{line.id_instance}/sendMessage/{line.token}"
    with requests.Session() as session:
        codes = [session.post(address, json=MESSAGE, timeout=10).status_code for _ in range(51)]
    assert codes == [200] * 50 + [429]
    assert line.call("getStateInstance").status_code == 200


def test_archived_methods_are_403(line: Line) -> None:
    assert line.call("sendTemplateButtons", MESSAGE).status_code == 403


def test_check_whatsapp_answers_for_numbers_and_chat_ids(line: Line) -> None:
    line.control("/guests", {"chat_id": "34600000000@c.us", "exists": False})
    assert line.call("checkWhatsapp", {"phoneNumber": 447700900318}).json()["existsWhatsapp"]
    gone = line.call("checkWhatsapp", {"chatId": "34600000000@c.us"}).json()
    assert gone["existsWhatsapp"] is False
    assert line.call("checkWhatsapp", {"phoneNumber": "12"}).status_code == 400
    assert "must contain only digits" in line.call("checkWhatsapp", {"phoneNumber": "+44"}).text


def test_the_qr_is_a_picture_only_while_no_phone_is_linked(line: Line) -> None:
    assert line.call("qr").json()["type"] == "alreadyLogged"
    assert line.call("logout").json() == {"isLogout": True}
    assert line.call("qr").json()["type"] == "qrCode"
    assert line.call("getContactInfo", {"chatId": GUEST}).status_code == 400


def test_the_developer_plan_ends_after_three_chats(simulator: RunningSimulator, line: Line) -> None:
    added = {"id_instance": 1101000009, "token": "c" * 50, "plan": "developer"}
    requests.post(f"{simulator.url}/_sim/instances", json=added, timeout=10)
    line.id_instance, line.token = 1101000009, "c" * 50
    for number in range(3):
        line.send("hello", f"4477009000{number:02}@c.us")
    answer = line.call("sendMessage", {**MESSAGE, "chatId": "34600000001@c.us"})
    assert answer.status_code == 466
    assert answer.json()["correspondentsStatus"]["status"] == "CORRESPONDENTS_QUOTE_EXCEEDED"
    line.send("an old chat goes on", "447700900001@c.us")
    told = line.control("/webhooks")[-1]
    assert told["typeWebhook"] == "quotaExceeded"


def test_settings_start_all_off_and_apply_after_a_restart(line: Line) -> None:
    before = line.call("getSettings").json()
    assert before["incomingWebhook"] == before["outgoingWebhook"] == "no"
    assert before["webhookUrl"] == ""
    assert line.call("SetSettings", {"incomingWebhook": "yes"}).json() == {"saveSettings": True}
    assert line.call("getStateInstance").json() == {"stateInstance": "starting"}
    answer = line.call("sendMessage", MESSAGE)
    assert (answer.status_code, answer.text) == (400, "instance in starting process try later")


@pytest.mark.parametrize(
    "change",
    [{}, {"incomingWebhook": True}, {"delaySendMessagesMilliseconds": 499}, {"webhookURL": "x"}],
)
def test_a_wrong_setting_is_refused_in_words(line: Line, change: dict[str, object]) -> None:
    answer = line.call("setSettings", change)
    assert answer.status_code == 400
    assert "Validation failed. Details:" in answer.json()["message"]


def test_a_kept_alive_connection_survives_an_unread_body(line: Line) -> None:
    with requests.Session() as session:
        wrong = f"{line.url}/waInstance{line.id_instance}/sendMessage/{'0' * 50}"
        assert session.post(wrong, data=b"x" * 200_000, timeout=10).status_code == 401
        right = f"{line.url}/waInstance{line.id_instance}/sendMessage/{line.token}"
        chunks = iter([json.dumps(MESSAGE)[:9].encode(), json.dumps(MESSAGE)[9:].encode()])
        assert session.post(right, data=chunks, timeout=10).status_code == 200


POLL = {"message": "When?", "options": [{"optionName": "8"}, {"optionName": "9"}]}
CARD = {"phoneContact": 34910000000, "firstName": "Taxi"}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("sendPoll", {**POLL, "message": "x" * 256}),
        ("sendPoll", {**POLL, "options": [{"optionName": "8"}]}),
        ("sendPoll", {**POLL, "options": [{"optionName": str(n)} for n in range(13)]}),
        ("sendPoll", {**POLL, "options": [{"optionName": "8"}, {"optionName": "8"}]}),
        ("sendPoll", {**POLL, "options": [{"optionName": "8"}, {"optionName": "9" * 101}]}),
        ("sendPoll", {**POLL, "options": [{"optionName": "8"}, {"optionName": ""}]}),
        ("sendPoll", {**POLL, "options": ["8", "9"]}),
        ("sendLocation", {"latitude": 90.5, "longitude": 0}),
        ("sendLocation", {"latitude": 1}),
        ("sendContact", {"contact": {"phoneContact": 34910000000}}),
        ("sendContact", {"contact": {**CARD, "phoneContact": "taxi"}}),
        ("sendContact", {}),
        ("sendFileByUrl", {"urlFile": "http://x/a.pdf"}),
        ("sendFileByUrl", {"urlFile": "http://x/a", "fileName": "a.pdf", "caption": "x" * 1025}),
        ("forwardMessages", {"messages": ["1"]}),
    ],
)
def test_a_send_outside_the_documented_limits_is_a_400_in_words(
    line: Line, method: str, body: dict[str, object]
) -> None:
    answer = line.call(method, {"chatId": GUEST, **body})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Validation failed. Details: '")


def test_a_file_over_the_limit_is_a_413(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.simulator.routes_sending.FILE_LIMIT", 10)
    assert line.call("uploadFile", verb="POST", data=b"x" * 11).status_code == 413
    files = {"file": ("a.pdf", b"x" * 11)}
    answer = line.call("sendFileByUpload", verb="POST", data={"chatId": GUEST}, files=files)
    assert answer.status_code == 413


def test_sends_are_refused_while_the_instance_starts_and_an_upload_is_not(line: Line) -> None:
    line.control("/state", {"state": "starting"})
    for method in ("sendPoll", "forwardMessages", "sendContact"):
        assert line.call(method, {"chatId": GUEST}).text == "instance in starting process try later"
    assert line.call("uploadFile", verb="POST", data=b"x").status_code == 200
