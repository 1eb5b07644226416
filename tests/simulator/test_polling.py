"""receiveNotification and deleteNotification, with their oddities."""

import threading
import time
from typing import Any

import pytest

from tests.simulator.conftest import SWITCHES, Line
from tests.simulator.listener import Listener


@pytest.fixture
def polled(line: Line) -> Line:
    line.control("/settings", SWITCHES)
    return line


def test_an_empty_poll_is_a_200_with_null(polled: Line) -> None:
    started = time.monotonic()
    answer = polled.call("receiveNotification", params={"receiveTimeout": 5})
    assert (answer.status_code, answer.text) == (200, "null")
    assert time.monotonic() - started >= 0.1


def test_the_head_stays_until_it_is_deleted(polled: Line) -> None:
    first, second = polled.write("one"), polled.write("two")
    note = polled.call("receiveNotification").json()
    assert note["body"]["idMessage"] == first
    assert polled.call("receiveNotification").json()["body"]["idMessage"] == first
    assert _delete(polled, note["receiptId"]) == (200, {"result": True, "reason": ""})
    assert polled.call("receiveNotification").json()["body"]["idMessage"] == second


def test_a_second_delete_stumbles(polled: Line) -> None:
    polled.write("one")
    receipt = polled.call("receiveNotification").json()["receiptId"]
    _delete(polled, receipt)
    status, words = _delete(polled, receipt)
    assert status == 500
    assert "findUnAckedMessage" in words
    assert _delete(polled, 999) == (200, {"result": False, "reason": ""})
    assert _delete(polled, "x") == (400, "Parameter receiptId must be a Number!")


def test_a_poll_is_answered_as_soon_as_something_comes(polled: Line) -> None:
    threading.Timer(0.03, polled.write, ["late"]).start()
    answer = polled.call("receiveNotification", params={"receiveTimeout": 60})
    assert answer.json()["body"]["typeWebhook"] == "incomingMessageReceived"


def test_polling_is_refused_while_a_webhook_is_set(line: Line, listener: Listener) -> None:
    answer = line.call("receiveNotification")
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_PARAM"


def _delete(line: Line, receipt: object) -> tuple[int, Any]:
    line_of_receipt = Line(line.url, line.id_instance, f"{line.token}/{receipt}")
    answer = line_of_receipt.call("deleteNotification", verb="DELETE")
    is_json = "json" in answer.headers["Content-Type"]
    return answer.status_code, answer.json() if is_json else answer.text
