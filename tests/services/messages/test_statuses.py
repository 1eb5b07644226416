"""Ticks move forward only, whatever order the news comes in (D7)."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from inbox.extensions import db
from inbox.models import Conversation, WebhookEvent
from inbox.services.intake import receiving
from inbox.services.outbox import outbox, outcomes
from tests.cast import desk
from tests.cast.people import Cast
from tests.cast.rows import row

Writes = Callable[..., Conversation]


def tick(cast: Cast, id_message: str, status: str) -> str:
    body = {
        "typeWebhook": "outgoingMessageStatus",
        "instanceData": {"idInstance": cast.id_instance, "wid": "", "typeInstance": "whatsapp"},
        "timestamp": 1_763_000_100,
        "chatId": "447700900318@c.us",
        "idMessage": id_message,
        "status": status,
        "sendByApi": True,
    }
    return receiving.receive(cast.instance_id, json.dumps(body).encode())


def claimed(cast: Cast, guest_writes: Writes) -> outbox.Claim:
    desk.send_text(cast.hotel_id, guest_writes("A1").id, cast.alice_id, "Hello")
    claim = outbox.claim(cast.instance_id, timedelta(seconds=60))
    assert claim is not None
    return claim


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
def test_any_order_of_ticks_ends_at_read(
    cast: Cast, guest_writes: Writes, order: tuple[str, ...]
) -> None:
    claim = claimed(cast, guest_writes)
    outcomes.accepted(claim, "B1")
    for status in order:
        tick(cast, "B1", status)
    message = row(claim.message_id)
    assert message.status == "read"
    assert message.read_at is not None


def test_a_tick_that_overtakes_the_id_is_parked_and_applied(
    cast: Cast, guest_writes: Writes
) -> None:
    claim = claimed(cast, guest_writes)
    assert tick(cast, "B1", "delivered") == "parked"
    outcomes.accepted(claim, "B1")
    assert row(claim.message_id).status == "delivered"
    states = db.session.scalars(db.select(WebhookEvent.state)).all()
    assert "parked" not in states


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("failed", "failed"),
        ("noAccount", "no_account"),
        ("notInGroup", "not_in_group"),
        ("yellowCard", "suspended"),
        ("suspended", "suspended"),
    ],
)
def test_a_failure_says_why(cast: Cast, guest_writes: Writes, word: str, code: str) -> None:
    claim = claimed(cast, guest_writes)
    outcomes.accepted(claim, "B1")
    tick(cast, "B1", word)
    message = row(claim.message_id)
    assert (message.status, message.failure_code) == ("failed", code)
    assert message.failure_text.endswith(".")


def test_a_proof_of_delivery_undoes_a_failure(cast: Cast, guest_writes: Writes) -> None:
    claim = claimed(cast, guest_writes)
    outcomes.accepted(claim, "B1")
    tick(cast, "B1", "failed")
    tick(cast, "B1", "delivered")
    message = row(claim.message_id)
    assert (message.status, message.failure_code) == ("delivered", "")
    tick(cast, "B1", "failed")
    assert row(claim.message_id).status == "delivered"


@pytest.mark.parametrize("word", ["", "somethingNew"])
def test_an_empty_or_new_word_changes_nothing(cast: Cast, guest_writes: Writes, word: str) -> None:
    claim = claimed(cast, guest_writes)
    outcomes.accepted(claim, "B1")
    assert tick(cast, "B1", word) == "applied"
    assert row(claim.message_id).status == "accepted"
