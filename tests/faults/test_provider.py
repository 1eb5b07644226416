"""Green API fails in every way it knows, at many hotels at once, and no guest notices (D4 to D6).

Each hotel has a fault of its own. They all start together, so each also shows that the others'
faults are not its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.faults.replies import Replies
from tests.faults.wires import lead_to, pause_reason, the_next_second
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import change, number

CHATS, EACH = 3, 2

FAULTS: dict[str, dict[str, object]] = {
    "nothing": {},
    "a burst of 429": {"rate_limit": {"times": 4, "methods": "sendMessage"}},
    "502 without sending": {"server_error": {"times": 2, "methods": "sendMessage"}},
    "accepted, and no answer": {"accept_then_timeout": {"times": 2, "seconds": 20}},
    "accepted, no answer, no echo": {
        "accept_then_timeout": {"times": 2, "seconds": 20},
        "echo_off": True,
    },
    "reset before": {"reset": {"when": "before", "times": 2, "methods": "sendMessage"}},
    "reset after": {"reset": {"when": "after", "times": 2, "methods": "sendMessage"}},
    "slower than we wait": {"slow": {"seconds": 1.5, "times": 2, "methods": "sendMessage"}},
    "a journal that lags": {
        "accept_then_timeout": {"times": 2, "seconds": 20},
        "echo_off": True,
        "journal_lag_seconds": 2,
    },
    "an empty answer": {"answer": {"accept": True, "times": 2, "methods": "sendMessage"}},
    "a page of a proxy": {
        "answer": {
            "accept": False,
            "code": 503,
            "body": "<h1>Busy</h1>",
            "times": 2,
            "methods": "sendMessage",
        }
    },
    "a status before its answer": {"status_before_answer": {"times": 3}},
    "echoes twice and out of order": {"duplicate_webhooks": True, "reorder_webhooks": True},
}


@dataclass
class Trial:
    """A hotel, what it sent, and what is wrong with its line."""

    hotel: Hotel
    replies: Replies = field(repr=False)


def _trial(stack: Stack, hotel: Hotel, name: str) -> Trial:
    stack.simulator.faults(hotel.id_instance, **FAULTS[name])
    return Trial(hotel, Replies(stack, hotel))


@pytest.fixture(scope="module")
def trials(stack: Stack, fresh_hotels: Iterator[Hotel]) -> Iterator[dict[str, Trial]]:
    """Every hotel with its fault, and its replies on their way."""
    found = {name: _trial(stack, next(fresh_hotels), name) for name in FAULTS}
    for count in range(EACH):
        for trial in found.values():
            for chat in range(CHATS):
                trial.replies.send(f"4477009010{chat:02}@c.us", f"reply {count}")
    yield found
    for trial in found.values():
        stack.simulator.clear_faults(trial.hotel.id_instance)


@pytest.mark.parametrize("name", FAULTS)
def test_every_guest_has_every_message_once_and_in_order(
    trials: dict[str, Trial], name: str
) -> None:
    trials[name].replies.check()


def status(stack: Stack, hotel: Hotel, message_id: int) -> str:
    return str(stack.status(hotel, message_id).json()["status"])


def test_an_unlinked_phone_keeps_its_messages_until_it_is_linked_again(
    stack: Stack, hotel: Hotel
) -> None:
    replies = Replies(stack, hotel)
    replies.send("447700901100@c.us", "before")
    replies.check()
    the_next_second()
    stack.simulator.set_state(hotel.id_instance, "notAuthorized")
    wait_until(lambda: pause_reason(stack, hotel) == "not_authorized", what="the pause")
    for count in range(3):
        replies.send("447700901100@c.us", f"meanwhile {count}")
    assert replies.open() == 3
    the_next_second()
    stack.simulator.set_state(hotel.id_instance, "authorized")
    replies.check(20)
    assert pause_reason(stack, hotel) == ""


def test_a_number_that_refuses_to_send_is_paused_and_its_messages_wait(
    stack: Stack, hotel: Hotel
) -> None:
    """The webhook about the state was lost: the refusal itself must tell."""
    stack.simulator.faults(hotel.id_instance, lost_webhook={"types": "stateInstanceChanged"})
    stack.simulator.faults(hotel.id_instance, expired={"times": 1, "methods": "sendMessage"})
    replies = Replies(stack, hotel)
    replies.send("447700901101@c.us", "hello")
    wait_until(lambda: pause_reason(stack, hotel) == "expired", what="the pause")
    assert status(stack, hotel, replies.ids[0]) == "queued"
    change(
        stack,
        "UPDATE instance SET paused_until = '2020-01-01 00:00:00.000000' WHERE id_instance = ?",
        hotel.id_instance,
    )
    replies.check(20)
    assert pause_reason(stack, hotel) == ""


def test_a_provider_that_nobody_reaches(stack: Stack, hotel: Hotel) -> None:
    """Refused connections prove that nothing was sent: the message waits and goes later."""
    lead_to(stack, hotel, "http://127.0.0.1:9")
    replies = Replies(stack, hotel)
    for count in range(3):
        replies.send("447700901102@c.us", f"reply {count}")
    tried = "SELECT max(attempts) FROM message WHERE id = ?"
    wait_until(lambda: number(stack, tried, replies.ids[0]) >= 2, 20, what="a second try")
    assert replies.open() == 3
    lead_to(stack, hotel, stack.simulator.url)
    replies.check(40)


def test_a_head_that_can_never_be_sent_fails_and_the_chat_moves_on(
    stack: Stack, hotel: Hotel
) -> None:
    odd = {"code": 400, "body": "Validation failed", "times": 1, "methods": "sendMessage"}
    stack.simulator.faults(hotel.id_instance, answer=odd)
    sent = [
        stack.send(hotel, chat_id="447700901103@c.us", message=f"reply {count}")
        for count in range(3)
    ]
    assert [answer.status_code for answer in sent] == [202] * 3
    answers = [answer.json() for answer in sent]
    last = answers[-1]["message_id"]
    wait_until(
        lambda: status(stack, hotel, last) in ("sent", "delivered", "read"), 20, "the last one"
    )
    assert status(stack, hotel, answers[0]["message_id"]) == "failed"
    received = stack.simulator.received(hotel.id_instance, "447700901103@c.us")
    assert [row["text"] for row in received] == ["reply 1", "reply 2"]
