"""The sending worker is killed with -9 at every point of a send, and again and again under load
(D1, D4, D5).

Nobody can tell from our side whether Green API has the message, and yet each guest has each message
once, in order.
"""

import random
import threading

import pytest

from tests.faults.load import Load, Town
from tests.stack import Stack, wait_until
from tests.stack.database import number
from tests.stack.proxy import Direction, Proxy

SEND = b"/sendMessage/"
KILLS = 5
IN_FLIGHT = "SELECT count(*) FROM message WHERE status = 'sending'"
ACCEPTED = "SELECT count(*) FROM message WHERE direction = 'out' AND id_message IS NOT NULL"


POINTS: dict[str, tuple[Direction, bool]] = {
    "claimed, and Green API never hears of it": ("requests", False),
    "while Green API hears of it": ("requests", True),
    "accepted, and nobody heard the answer": ("answers", False),
}


@pytest.mark.parametrize("echo", [True, False], ids=["with echoes", "without"])
def test_killed_between_the_claim_and_the_record(
    stack: Stack, town: Town, provider_proxy: Proxy, echo: bool
) -> None:
    stack.simulator.faults(town.hotels[0].id_instance, echo_off=not echo)
    with Load(stack, town) as load:
        for direction, arrives in POINTS.values():
            provider_proxy.hold(direction, SEND)
            provider_proxy.wait_held()
            assert number(stack, IN_FLIGHT)
            stack.kill9_children("sending")
            if arrives:
                provider_proxy.release()
            else:
                provider_proxy.lose()
    load.check()


def test_killed_right_after_the_record(stack: Stack, town: Town) -> None:
    with Load(stack, town) as load:
        for _ in range(3):
            before = number(stack, ACCEPTED)
            wait_until(lambda: number(stack, ACCEPTED) > before, 20, "an acceptance")  # noqa: B023
            stack.kill9_children("sending")
    load.check()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"slow": {"seconds": 0.25, "methods": "sendMessage"}}, id="before"),
        pytest.param({"slow_body": {"seconds": 0.25, "methods": "sendMessage"}}, id="after"),
    ],
)
def test_killed_again_and_again_under_load(
    stack: Stack, town: Town, fault: dict[str, object]
) -> None:
    """Green API is slow before or after it accepts, so that each kill finds a claimed message."""
    for hotel in town.hotels:
        stack.simulator.faults(hotel.id_instance, **fault)
    load = Load(stack, town)
    with load:
        kills = sum(_killed_in_flight(stack) for _ in range(KILLS))
    for hotel in town.hotels:
        stack.simulator.clear_faults(hotel.id_instance)
    load.check()
    assert kills >= KILLS - 1, f"only {kills} kills hit a send"


def _killed_in_flight(stack: Stack) -> bool:
    """Kill at some moment while a message is claimed; whether it was left claimed by the dead."""
    wait_until(lambda: number(stack, IN_FLIGHT), 20, "a message in flight")
    threading.Event().wait(random.uniform(0, 0.3))
    wait_until(lambda: number(stack, IN_FLIGHT), 20, "a message in flight")
    stack.kill9_children("sending")
    return bool(number(stack, IN_FLIGHT))
