"""The outbox: claim, commit, call, record; one at a time per chat; never twice (D4 to D6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from inbox.models.states import Origin
from inbox.services.audit import Program
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import replies
from inbox.services.transaction import transaction
from tests.cast.desk import LEASE, SETTLE, claim, free_pace, reply
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def status(message_id: int) -> str:
    return db.session.scalars(select(Message.status).where(Message.id == message_id)).one()


def test_a_claim_takes_the_oldest_message_and_says_to_whom(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1")
    first = reply(cast, conversation, "one")
    reply(cast, conversation, "two")
    claimed = claim(cast)
    assert (claimed.message_id, claimed.body) == (first, "one")
    assert claimed.chat_id == "447700900318@c.us"
    assert status(first) == "sending"


def test_nothing_younger_of_a_chat_is_claimed_while_its_head_is_open(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1")
    reply(cast, conversation, "one")
    reply(cast, conversation, "two")
    claimed = claim(cast)
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None
    outcomes.unknown(claimed, SETTLE)
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None


def test_a_blocked_head_holds_back_no_other_chat(cast: Cast, guest_writes: Writes) -> None:
    blocked = guest_writes("A1")
    other = guest_writes("B1", chat_id="4915112345678@c.us")
    reply(cast, blocked, "one")
    second = reply(cast, other, "two")
    claim(cast)
    assert claim(cast).message_id == second


def test_what_can_never_be_sent_fails_and_the_chat_moves_on(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1")
    first = reply(cast, conversation, "one")
    second = reply(cast, conversation, "two")
    outcomes.refused(claim(cast), "no_account", "This number has no WhatsApp.")
    assert status(first) == "failed"
    assert claim(cast).message_id == second


def test_typed_replies_go_before_what_programs_send(cast: Cast, guest_writes: Writes) -> None:
    by_program = guest_writes("A1")
    by_person = guest_writes("B1", chat_id="4915112345678@c.us")
    with transaction() as work:
        conversation = work.session.get_one(Conversation, by_program.id)
        bulk = Outgoing(outgoing.text("bulk"), Origin.API, Program(1), None)
        replies.queue(work, conversation, bulk)
    typed = reply(cast, by_person, "typed")
    assert claim(cast).message_id == typed


def test_the_pace_of_the_number_is_kept(cast: Cast, guest_writes: Writes) -> None:
    reply(cast, guest_writes("A1"), "one")
    reply(cast, guest_writes("B1", chat_id="4915112345678@c.us"), "two")
    with transaction() as work:
        work.session.execute(update(Instance).values(send_interval_ms=60_000))
    assert outbox.claim(cast.instance_id, LEASE) is not None
    assert outbox.claim(cast.instance_id, LEASE) is None


def test_a_429_backs_the_whole_number_off(cast: Cast, guest_writes: Writes) -> None:
    reply(cast, guest_writes("A1"), "one")
    reply(cast, guest_writes("B1", chat_id="4915112345678@c.us"), "two")
    claimed = claim(cast)
    outcomes.sent_later(claimed, whole_instance=True, after=30)
    assert status(claimed.message_id) == "queued"
    with transaction() as work:
        work.session.execute(update(Instance).values(next_send_at=None))
    assert outbox.claim(cast.instance_id, LEASE) is None


def test_calls_that_fail_together_count_as_one(cast: Cast, guest_writes: Writes) -> None:
    reply(cast, guest_writes("A1"), "one")
    reply(cast, guest_writes("B1", chat_id="4915112345678@c.us"), "two")
    first, second = claim(cast), claim(cast)
    outcomes.sent_later(first, whole_instance=True, after=30)
    outcomes.sent_later(second, whole_instance=True, after=30)
    db.session.rollback()
    assert db.session.get_one(Instance, cast.instance_id).backoff_level == 1


def test_a_message_that_waits_alone_holds_up_no_other_chat(
    cast: Cast, guest_writes: Writes
) -> None:
    reply(cast, guest_writes("A1"), "one")
    other = reply(cast, guest_writes("B1", chat_id="4915112345678@c.us"), "two")
    outcomes.sent_later(claim(cast), whole_instance=False, after=30)
    assert claim(cast).message_id == other


def test_a_paused_number_keeps_its_messages_and_tells_the_desk(
    cast: Cast, guest_writes: Writes
) -> None:
    reply(cast, guest_writes("A1"), "one")
    claimed = claim(cast)
    outcomes.paused(claimed, "not_authorized")
    instance = db.session.get_one(Instance, cast.instance_id)
    assert instance.pause_reason == "not_authorized"
    assert status(claimed.message_id) == "queued"
    assert outbox.due(clock.now()) == []


def test_an_acceptance_is_written_by_whoever_holds_the_claim(
    cast: Cast, guest_writes: Writes
) -> None:
    reply(cast, guest_writes("A1"), "one")
    claimed = claim(cast)
    outcomes.accepted(claimed, "BAE5-1")
    message = db.session.get_one(Message, claimed.message_id)
    assert (message.status, message.id_message) == ("accepted", "BAE5-1")
    assert message.check_at is not None


def test_a_worker_that_lost_its_lease_cannot_write_over_its_successor(
    cast: Cast, guest_writes: Writes
) -> None:
    reply(cast, guest_writes("A1"), "one")
    frozen = claim(cast)
    with transaction() as work:
        work.session.execute(update(Message).values(status="queued", rank=0))
    successor = claim(cast)
    outcomes.refused(frozen, "bad_request", "No.")
    assert status(successor.message_id) == "sending"
    outcomes.accepted(frozen, "LATE")
    assert status(successor.message_id) == "sending"


def test_an_abandoned_claim_becomes_unconfirmed(cast: Cast, guest_writes: Writes) -> None:
    reply(cast, guest_writes("A1"), "one")
    claimed = claim(cast)
    assert outbox.expire_leases(clock.now(), SETTLE) == 0
    later = clock.now() + LEASE + timedelta(seconds=1)
    assert outbox.expire_leases(later, SETTLE) == 1
    assert status(claimed.message_id) == "unconfirmed"


def test_yesterdays_reply_is_not_sent_today(cast: Cast, guest_writes: Writes) -> None:
    message_id = reply(cast, guest_writes("A1"), "Your table is ready")
    tomorrow = clock.now() + timedelta(hours=25)
    assert outbox.expire_old(tomorrow) == 1
    assert status(message_id) == "expired"


@pytest.mark.parametrize("level", [0, 3, 10])
def test_a_backoff_is_never_longer_than_a_minute(level: int) -> None:
    waits = [outcomes.backoff(level) for _ in range(200)]
    assert min(waits) > 0
    assert max(waits) <= outcomes.LONGEST_BACKOFF
