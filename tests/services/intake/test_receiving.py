"""Intake: stored, applied once, announced; nothing lost, nothing doubled (D2, P1, P2, N1)."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Change, Conversation, Guest, Message, WebhookEvent
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.rows import count


def receive(cast: Cast, body: object) -> str:
    return receiving.receive(cast.instance_id, json.dumps(body).encode())


def test_a_stranger_becomes_a_guest_with_a_conversation_that_waits(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    conversation = guest_writes("A1", "Is breakfast included?")
    assert conversation.waiting_since is not None
    assert conversation.unread_count == 1
    assert conversation.last_preview == "Is breakfast included?"
    guest = db.session.get_one(Guest, conversation.guest_id)
    assert (guest.name, guest.phone) == ("Lucía", "447700900318")


def test_the_same_event_twice_is_one_message(cast: Cast) -> None:
    assert receive(cast, incoming("A1")) == "applied"
    assert receive(cast, incoming("A1")) == "duplicate"
    assert count(Message) == 1
    assert count(WebhookEvent) == 1


def test_changes_are_numbered_without_a_gap(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    for number in range(5):
        guest_writes(f"A{number}")
    seqs = db.session.scalars(
        select(Change.seq).where(Change.hotel_id == cast.hotel_id).order_by(Change.seq)
    ).all()
    assert list(seqs) == list(range(1, len(seqs) + 1))
    assert len(seqs) >= 5


@pytest.mark.parametrize("raw", [b"", b"not json", b"[1]", b'"x"', b"\xff\xfe", b"{" * 5000])
def test_a_body_that_is_no_object_is_kept_in_quarantine(cast: Cast, raw: bytes) -> None:
    assert receiving.receive(cast.instance_id, raw) == "quarantined"
    event = db.session.scalars(select(WebhookEvent)).one()
    assert event.body == raw
    assert event.error


def test_a_fault_of_ours_keeps_the_event_and_quotes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> str:
        raise KeyError("the guest's secret words")

    monkeypatch.setattr("inbox.services.intake.intake.apply", fault)
    assert receive(cast, incoming("A1")) == "quarantined"
    event = db.session.scalars(select(WebhookEvent)).one()
    assert "KeyError" in event.error
    assert "secret" not in event.error


def test_one_hotels_guest_is_unknown_to_the_other(app: Flask, cast: Cast) -> None:
    receive(cast, incoming("A1"))
    body = incoming("A1", id_instance=1101000002)
    assert receiving.receive(cast.other_instance_id, json.dumps(body).encode()) == "applied"
    assert count(Guest) == 2
    assert count(Message) == 2
