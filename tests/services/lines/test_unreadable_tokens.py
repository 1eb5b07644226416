"""A number whose stored token does not open: nobody falls over it, and the desk is told."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import responses
from flask import Flask
from sqlalchemy import update

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import Decision, GreenApiError
from inbox.models import Attachment, Conversation, Correction, GuestAddress, Instance, Message
from inbox.models.states import Origin
from inbox.services.conversations import disappearing, receipts
from inbox.services.guests import lid_lookup
from inbox.services.intake import polling, receiving, reconciliation, silence
from inbox.services.lines import connection, instances, line, pauses
from inbox.services.messages import corrections
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import sending, settlement, status_checks
from inbox.services.replies import first_messages
from inbox.services.replies.first_messages import FirstMessage
from inbox.services.transaction import transaction
from tests.cast.desk import PATIENCE, SETTLE, accepted, change, reply
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.rows import row

Writes = Callable[..., Conversation]
WORDS = "The stored access token does not open. Check LOBBY_ENCRYPTION_KEYS."
LID = "26440190443@lid"


@pytest.fixture
def message_id(cast: Cast, guest_writes: Writes) -> int:
    """A reply that Green API has, and then the key of its number's token is lost."""
    return accepted(cast, guest_writes("A1"), "B1")


@pytest.fixture
def lost(cast: Cast, message_id: int, provider: responses.RequestsMock) -> int:
    """The number's row. Whatever is asked or sent all the same fails the test."""
    let_instance_be(cast, token_sealed=b"k9\0lost", journal_read_at=None, state_asked_at=None)
    return cast.instance_id


def let_instance_be(cast: Cast, **values: object) -> None:
    with transaction() as work:
        mine = Instance.id == cast.instance_id
        work.session.execute(update(Instance).where(mine).values(**values))


def told(cast: Cast) -> str:
    db.session.rollback()
    return line.health(cast.hotel_id)[0].words


def test_the_client_says_what_to_do_next(cast: Cast, lost: int) -> None:
    with pytest.raises(GreenApiError) as trouble:
        instances.client(lost)
    assert trouble.value.decision is Decision.PAUSE_INSTANCE
    assert trouble.value.reason == line.SECRET_UNREADABLE
    assert trouble.value.words == WORDS
    assert told(cast) == WORDS


def test_it_is_over_when_the_token_opens_again(
    cast: Cast, lost: int, provider: responses.RequestsMock
) -> None:
    status_checks.check_number(lost)
    instances.move(cast.id_instance, "0" * 50, "http://127.0.0.1:9")
    let_instance_be(cast, paused_until=clock.now())
    provider.add(
        responses.GET,
        f"http://127.0.0.1:9/waInstance{cast.id_instance}/getStateInstance/{'0' * 50}",
        json={"stateInstance": "authorized"},
    )
    pauses.probe(lost)
    assert told(cast) == "WhatsApp connected"


def test_a_status_check(cast: Cast, lost: int, message_id: int) -> None:
    status_checks.check(message_id)
    assert told(cast) == WORDS
    assert row(message_id).status == "accepted"


def test_the_status_check_of_a_number(cast: Cast, lost: int, message_id: int) -> None:
    status_checks.check_number(lost)
    assert told(cast) == WORDS
    assert row(message_id).status == "accepted"


def test_the_lookup_of_a_lid(cast: Cast, lost: int, guest_writes: Writes) -> None:
    guest_writes("A2", chat_id=LID)
    address = db.session.scalars(db.select(GuestAddress).where(GuestAddress.chat_id == LID)).one()
    lid_lookup.ask(address.id)
    assert told(cast) == WORDS
    assert db.session.get_one(GuestAddress, address.id).ask_at is not None  # it is asked again


def test_settlement(cast: Cast, lost: int, message_id: int) -> None:
    change(message_id, status="unconfirmed", rank=2, id_message=None, check_at=clock.now())
    settlement.settle(lost)
    assert told(cast) == WORDS
    assert row(message_id).status == "unconfirmed"


def test_collecting(cast: Cast, lost: int) -> None:
    let_instance_be(cast, receive="poll")
    with pytest.raises(GreenApiError):  # the receiver tries again later
        polling.Collector(lost).collect(1)
    assert told(cast) == WORDS


def test_collecting_goes_on_when_the_token_opens_again(
    cast: Cast, lost: int, provider: responses.RequestsMock
) -> None:
    let_instance_be(cast, receive="poll")
    collector = polling.Collector(lost)
    with pytest.raises(GreenApiError):
        collector.collect(1)
    instances.move(cast.id_instance, "0" * 50, "http://127.0.0.1:9")
    at = f"http://127.0.0.1:9/waInstance{cast.id_instance}/receiveNotification/{'0' * 50}"
    provider.add(responses.GET, at, body="null")
    assert not collector.collect(1)
    assert told(cast) == "WhatsApp connected"


def test_reconciliation(cast: Cast, lost: int) -> None:
    assert reconciliation.reconcile(lost, SETTLE, at_once=True).recovered == 0
    assert told(cast) == WORDS
    db.session.rollback()
    assert db.session.get_one(Instance, lost).reconciled_at is None  # it is read again


def test_a_silent_line(cast: Cast, lost: int) -> None:
    silence.probe(lost, SETTLE)
    assert told(cast) == WORDS


def test_a_silent_line_that_is_to_be_restarted(cast: Cast, lost: int) -> None:
    change_at = clock.now() - timedelta(hours=3)
    let_instance_be(cast, state="authorized", last_event_at=change_at, state_since=change_at)
    silence.judge(lost, reconciliation.Outcome(recovered=9, heard=clock.now()))
    assert told(cast).startswith(WORDS)


def test_connecting(app: Flask, cast: Cast, lost: int) -> None:
    assert connection.connect(lost, "https://lobby.example.com") == WORDS


def test_connecting_with_a_webhook_token_that_does_not_open(cast: Cast, lost: int) -> None:
    let_instance_be(cast, webhook_token_sealed=b"k9\0lost")
    assert connection.connect(lost, "https://lobby.example.com") == WORDS


def test_the_command_line(app: Flask, cast: Cast, lost: int) -> None:
    let_instance_be(cast, receive="poll")
    done = app.test_cli_runner().invoke(args=["instance", "connect", cast.slug])
    assert done.exit_code == 1
    assert WORDS in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_a_first_message(cast: Cast, lost: int) -> None:
    outgoing = Outgoing("Your room is ready.", Origin.DESK, cast.alice_id, "ref-1")
    begun = first_messages.introduce(cast.hotel_id, FirstMessage("+34 600 123 456", outgoing))
    assert begun.is_sent
    assert not begun.is_checked
    assert told(cast) == WORDS


def test_a_reply_waits(cast: Cast, lost: int, guest_writes: Writes) -> None:
    let_instance_be(cast, next_send_at=None, paused_until=None)
    waits = reply(cast, guest_writes("A3"))
    sending.drain(lost, PATIENCE)
    assert told(cast) == WORDS
    assert row(waits).status == "queued"


def test_an_edit_waits(cast: Cast, lost: int, message_id: int) -> None:
    corrections.edit(cast.hotel_id, message_id, cast.alice_id, "Gladly, at six")
    correction_id = db.session.scalars(db.select(Correction.id)).one()
    corrections.carry_out(correction_id)
    assert told(cast) == WORDS
    db.session.rollback()
    correction = db.session.get_one(Correction, correction_id)
    assert correction.state == "waiting"
    assert correction.next_attempt_at is not None


def test_a_receipt_is_told_later(cast: Cast, lost: int) -> None:
    conversation = db.session.scalars(db.select(Conversation)).one()
    conversation_id = conversation.id
    with transaction() as work:
        held = work.session.get_one(Conversation, conversation_id)
        held.receipt_due_at = held.last_inbound_at = clock.now()
    receipts.tell(conversation_id)
    assert told(cast) == WORDS
    db.session.rollback()
    assert db.session.get_one(Conversation, conversation_id).receipt_due_at is not None


def test_a_look_at_a_chat(cast: Cast, lost: int) -> None:
    conversation_id = db.session.scalars(db.select(Conversation.id)).one()
    with transaction() as work:
        held = work.session.get_one(Conversation, conversation_id)
        held.look_at = held.last_inbound_at = clock.now()
    disappearing.look(conversation_id)
    assert told(cast) == WORDS
    db.session.rollback()
    assert db.session.get_one(Conversation, conversation_id).look_at is not None


def test_what_comes_in_is_still_taken(cast: Cast, lost: int) -> None:
    body = json.dumps(incoming("A9", "Is anybody there?")).encode()
    assert receiving.receive(lost, body) == "applied"
    assert db.session.scalars(db.select(Message.id).where(Message.id_message == "A9")).one()
    assert not db.session.scalars(db.select(Attachment.id)).all()
