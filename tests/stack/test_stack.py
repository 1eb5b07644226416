"""The harness itself: both journeys pass through it, and it leaves nobody behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Hotel, Stack, wait_until
from tests.stack.processes import running_pids

GUEST = "447700900318@c.us"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def delivered(stack: Stack, hotel: Hotel, kind: str) -> bool:
    """Whether a webhook of this kind was answered with 200."""
    log = stack.simulator.webhooks(hotel.id_instance)
    return any(row["typeWebhook"] == kind and row["state"] == "delivered" for row in log)


def test_a_message_travels_both_ways(stack: Stack) -> None:
    hotel = stack.add_hotel("grand-plaza")
    stack.simulator.write(hotel.id_instance, GUEST, text="Is breakfast included?")
    wait_until(lambda: delivered(stack, hotel, "incomingMessageReceived"))
    answer = stack.send(hotel, chat_id=GUEST, message="It is", client_ref="r-1")
    assert answer.status_code == 202, answer.text
    message_id = answer.json()["message_id"]
    wait_until(lambda: stack.simulator.received(hotel.id_instance, GUEST))
    wait_until(lambda: stack.status(hotel, message_id).json()["status"] in ("delivered", "read"))


def test_a_killed_child_is_replaced_and_a_killed_process_can_be_started_again(
    stack: Stack,
) -> None:
    before = set(stack.services["web"].members())
    assert stack.kill9_children("web")
    stack.wait_ready()
    assert stack.services["web"].pid in before
    stack.kill9("sending")
    assert not stack.services["sending"].members()
    stack.restart("sending")
    wait_until(lambda: len(stack.services["sending"].members()) > 1)


def test_nobody_is_left_even_after_a_failure(tmp_path: Path) -> None:
    sessions: list[int] = []

    def fail() -> None:
        with Stack(tmp_path) as stack:
            sessions.extend(service.pid for service in stack.services.values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(sessions) == 6
    left = [pid for pid in running_pids() if os.getsid(pid) in sessions]
    assert left == []
