"""The worker is frozen in the middle of a send for longer than its lease and the settle time, as a
suspended machine is. Another takes over; when the first wakes up it must not write over it (D4).
"""

import itertools
from typing import Any

import pytest

from tests.faults.history import Said
from tests.faults.load import Load, Town
from tests.faults.wires import pause_reason
from tests.faults.writers import Program
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, conversation_of
from tests.stack.proxy import Direction, Proxy

SOON = 30.0  # seconds: a number that is paused waits for a minute
_numbers = itertools.count()
SEND = b"/sendMessage/"
REVOKED = {"answer": {"code": 401, "accept": False, "times": 1, "methods": "sendMessage"}}


@pytest.mark.parametrize(
    ("direction", "arrives", "fault"),
    [
        pytest.param("answers", True, {}, id="its answer is there when it wakes"),
        pytest.param("requests", False, {}, id="its call was never heard of"),
        pytest.param("answers", True, REVOKED, id="it wakes to a refusal that is long out of date"),
    ],
)
def test_frozen_in_the_middle_of_a_send(
    stack: Stack,
    town: Town,
    provider_proxy: Proxy,
    request: pytest.FixtureRequest,
    direction: Direction,
    arrives: bool,
    fault: dict[str, object],
) -> None:
    hotel = town.hotels[0]
    first = opened(stack, hotel, request.node.callspec.id)
    stack.simulator.faults(hotel.id_instance, **fault)
    provider_proxy.hold(direction, SEND)
    town.history.ask(first)
    assert Program(stack, hotel).post(first)
    town.history.acknowledge(first)
    provider_proxy.wait_held()
    with stack.services["sending"].frozen(), stack.another("sending"):
        if arrives:
            provider_proxy.release()
        else:
            provider_proxy.lose()
        with Load(stack, town, lines=2) as load:
            pass
        load.check()
        before = written(stack, hotel)
    with Load(stack, town, lines=1) as load:
        pass
    load.check(SOON)
    assert pause_reason(stack, hotel) == ""
    assert written(stack, hotel)[: len(before)] == before


def opened(stack: Stack, hotel: Hotel, name: str) -> Said:
    """The hotel's message to a guest who has just written."""
    chat_id = f"447700906{next(_numbers):03}@c.us"
    stack.simulator.write(hotel.id_instance, chat_id, text="Are you there?")
    wait_until(lambda: conversation_of(stack, hotel, chat_id), what="the guest's letter")
    return Said(hotel.slug, chat_id, f"Yes we are ({name})", name)


def written(stack: Stack, hotel: Hotel) -> list[tuple[Any, ...]]:
    """What senders wrote on the hotel's messages."""
    return ask(
        stack,
        "SELECT message.id, id_message, claim, attempts, accepted_at, sent_at FROM message"
        " JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ? AND direction = 'out' ORDER BY message.id",
        hotel.id_instance,
    )
