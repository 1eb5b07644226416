"""The sending worker is killed with -9 in the middle of sends, many times (D1, D4, D5).

Green API is slow, so that each kill finds a message that is claimed: some die before Green API has
it, some after. Nobody can tell from our side, and yet each guest has each message once, in order.
"""

import random
import threading

import pytest

from tests.faults.replies import Replies
from tests.faults.verdict import check_numbers
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import number

CHATS = 6
EACH = 4
KILLS = 6
IN_FLIGHT = "SELECT count(*) FROM message WHERE status = 'sending'"

SLOW: dict[str, dict[str, object]] = {
    "before it is accepted": {"slow": {"seconds": 0.25, "methods": "sendMessage"}},
    "after it was accepted": {"slow_body": {"seconds": 0.25, "methods": "sendMessage"}},
    "after it was accepted, with no echo": {
        "slow_body": {"seconds": 0.25, "methods": "sendMessage"},
        "echo_off": True,
    },
}


@pytest.mark.parametrize("where", SLOW)
def test_killed_in_the_middle_of_sends(stack: Stack, hotel: Hotel, where: str) -> None:
    stack.simulator.faults(hotel.id_instance, **SLOW[where])
    replies = Replies(stack, hotel)
    stream = threading.Thread(target=_write, args=(replies,))
    stream.start()
    try:
        kills = _kill_in_flight(stack, replies, stream)
    finally:
        stream.join()
    stack.simulator.clear_faults(hotel.id_instance)
    replies.check()
    assert kills == KILLS, f"only {kills} kills hit a send"
    check_numbers(stack)


def _write(replies: Replies) -> None:
    for count in range(EACH):
        for chat in range(CHATS):
            replies.send(f"4477009007{chat:02}@c.us", f"reply {count}")


def _kill_in_flight(stack: Stack, replies: Replies, stream: threading.Thread) -> int:
    """Kill while a message is claimed; returns how often one was left claimed by the dead."""
    kills = 0
    while kills < KILLS and (stream.is_alive() or replies.open()):
        wait_until(
            lambda: number(stack, IN_FLIGHT) or not (stream.is_alive() or replies.open()),
            20,
            "a message in flight",
        )
        threading.Event().wait(random.uniform(0, 0.3))
        if number(stack, IN_FLIGHT):
            stack.kill9_children("sending")
            kills += bool(number(stack, IN_FLIGHT))
    return kills
