"""How long a message may wait when that was asked for, and what is called back before its time."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from inbox import clock
from inbox.errors import Conflict
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Hotel, Message
from inbox.models.states import Origin
from inbox.services.audit import Program
from inbox.services.conversations import threads
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import cancellations, replies, schedules
from inbox.services.transaction import transaction
from tests.cast.desk import claim
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
TEN_MINUTES = timedelta(minutes=10)


def order(
    conversation_id: int, kept: timedelta | None = TEN_MINUTES, in_hours: float | None = None
) -> Message:
    """A program's text, perhaps for later."""
    at = None if in_hours is None else clock.now() + timedelta(hours=in_hours)
    soon = Outgoing(
        outgoing.text("Soon"), Origin.API, Program(1), str(uuid4()), send_at=at, kept=kept
    )
    with transaction() as work:
        conversation = work.session.get_one(Conversation, conversation_id)
        message_id = replies.queue(work, conversation, soon).message_id
    return db.session.get_one(Message, message_id)


def test_a_lifetime_of_its_own_ends_the_wait(cast: Cast, guest_writes: Writes) -> None:
    message = order(guest_writes("A1").id)
    assert message.queued_at is not None
    assert message.expires_at == message.queued_at + TEN_MINUTES
    assert outgoing.lifetime(message) == TEN_MINUTES
    usual = order(message.conversation_id, None)
    assert outgoing.lifetime(usual) == outgoing.KEPT[Origin.API]


def test_it_begins_at_the_time_of_a_scheduled_one_even_if_that_is_noticed_late(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = order(guest_writes("A1").id, in_hours=2)
    assert message.scheduled_for is not None
    assert message.expires_at == message.scheduled_for + TEN_MINUTES
    later = message.scheduled_for + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert schedules.release_due(later) == 1
    db.session.rollback()
    assert message.expires_at == message.scheduled_for + TEN_MINUTES


def test_being_held_back_from_strangers_makes_it_no_longer(
    cast: Cast, guest_writes: Writes
) -> None:
    """Yesterday's "your table is ready" is not sent today because of a limit of ours."""
    strangers = [guest_writes("A1"), guest_writes("A2", chat_id="447700900319@c.us")]
    for conversation in strangers:
        conversation.last_inbound_at = None
    db.session.get_one(Hotel, cast.hotel_id).first_contacts_a_day = 0
    db.session.commit()
    short, usual = order(strangers[0].id), order(strangers[1].id, None)
    assert outbox.claim(cast.instance_id, timedelta(seconds=60)) is None
    db.session.rollback()
    assert (short.hold_reason, usual.hold_reason) == ("first_contact_limit", "first_contact_limit")
    assert short.queued_at is not None
    assert short.expires_at == short.queued_at + TEN_MINUTES
    assert usual.not_before is not None
    assert usual.expires_at is not None
    assert usual.expires_at > usual.not_before


def test_a_scheduled_one_is_called_back_and_stays_known(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    waiting = conversation.waiting_since
    message = order(conversation.id, in_hours=2)
    called_back = cancellations.cancel(cast.hotel_id, message.id, cast.alice_id)
    assert (called_back.status, called_back.failure_code) == ("cancelled", "called_back")
    assert called_back.sorted_at <= clock.now()
    assert conversation.waiting_since == waiting
    page = threads.page(cast.hotel_id, conversation.id, staff_id=cast.alice_id)
    assert page.messages[-1].id == message.id
    with pytest.raises(Conflict):
        cancellations.cancel(cast.hotel_id, message.id, cast.alice_id)


def test_what_a_program_did_is_recorded_as_its_deed(cast: Cast, guest_writes: Writes) -> None:
    message = order(guest_writes("A1").id)
    cancellations.cancel(cast.hotel_id, message.id, Program(7))
    entry = db.session.scalars(
        db.select(AuditEntry).where(AuditEntry.action == "message.cancel")
    ).one()
    assert (entry.actor, entry.subject) == ("token:7", f"message:{message.id}")


def test_another_attempt_may_wait_as_long_as_the_first(cast: Cast, guest_writes: Writes) -> None:
    """What was true for ten minutes is not true for a day because it failed once."""
    message = order(guest_writes("A1").id)
    outcomes.refused(claim(cast), "no_account", "This number has no WhatsApp.")
    attempt = cancellations.retry(cast.hotel_id, message.id, cast.alice_id)
    assert attempt.queued_at is not None
    assert attempt.expires_at == attempt.queued_at + TEN_MINUTES
