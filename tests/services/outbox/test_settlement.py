"""The unconfirmed: adopted when there is evidence, queued again when there is none, never
resent blindly.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from inbox.services.intake import receiving
from inbox.services.lines import line
from inbox.services.outbox import outbox, outcomes, sending, settlement
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.provider import answers, outgoing, url
from tests.cast.rows import row

PATIENCE = SendTimings(lease=timedelta(seconds=60), settle=timedelta(seconds=150))
Writes = Callable[..., Conversation]


@pytest.fixture
def unconfirmed(cast: Cast, guest_writes: Writes, provider: responses.RequestsMock) -> int:
    """A reply whose call broke off: nobody knows whether Green API has it."""
    provider.add(responses.POST, url("sendMessage"), body=requests.ReadTimeout())
    message = desk.send_text(cast.hotel_id, guest_writes("A1").id, cast.alice_id, "On our way")
    sending.drain(cast.instance_id, PATIENCE)
    return message.id


def let_the_settle_time_pass() -> None:
    with transaction() as work:
        work.session.execute(update(Message).values(check_at=clock.now()))
        work.session.execute(update(Instance).values(journal_read_at=None, next_send_at=None))


def echo(id_message: str, text: str) -> bytes:
    body = incoming(id_message, text) | {"typeWebhook": "outgoingAPIMessageReceived"}
    return json.dumps(body).encode()


def test_a_read_timeout_is_not_sent_again(
    unconfirmed: int, cast: Cast, provider: responses.RequestsMock
) -> None:
    assert row(unconfirmed).status == "unconfirmed"
    assert sending.drain(cast.instance_id, PATIENCE) == 0
    assert len(provider.calls) == 1


def test_the_journal_is_not_believed_before_it_can_know(unconfirmed: int, cast: Cast) -> None:
    assert settlement.due(clock.now()) == []
    assert settlement.due(clock.now() + timedelta(seconds=151)) == [cast.instance_id]


def test_the_journal_has_it_so_it_is_adopted(
    unconfirmed: int, cast: Cast, provider: responses.RequestsMock
) -> None:
    let_the_settle_time_pass()
    at = int(clock.now().timestamp())
    answers(provider, "lastOutgoingMessages", [outgoing("BAE5-1", "On our way", at)])
    settlement.settle(cast.instance_id)
    assert (row(unconfirmed).status, row(unconfirmed).id_message) == ("accepted", "BAE5-1")


@pytest.mark.parametrize(
    "entry",
    [
        {"text": "Something else"},
        {"text": "On our way", "chatId": "4915112345678@c.us"},
        {"text": "On our way", "timestamp": 1_700_000_000},
        {"text": "On our way", "sendByApi": False},
        {"text": "On our way", "type": "incoming"},
    ],
)
def test_the_journal_does_not_have_it_so_it_is_queued_again(
    unconfirmed: int,
    cast: Cast,
    provider: responses.RequestsMock,
    entry: dict[str, object],
) -> None:
    let_the_settle_time_pass()
    at = int(clock.now().timestamp())
    more = {name: value for name, value in entry.items() if name != "text"}
    row_there = outgoing("BAE5-1", str(entry["text"]), at) | more
    answers(provider, "lastOutgoingMessages", [row_there])
    settlement.settle(cast.instance_id)
    assert row(unconfirmed).status == "queued"


def test_a_silent_journal_decides_nothing_and_is_asked_again(
    unconfirmed: int, cast: Cast, provider: responses.RequestsMock
) -> None:
    let_the_settle_time_pass()
    provider.add(responses.GET, url("lastOutgoingMessages"), status=502)
    settlement.settle(cast.instance_id)
    assert row(unconfirmed).status == "unconfirmed"
    assert settlement.due(clock.now()) == []
    assert settlement.due(clock.now() + timedelta(seconds=21)) == [cast.instance_id]


def test_one_journal_entry_settles_only_one_of_two_equal_texts(
    unconfirmed: int, cast: Cast, provider: responses.RequestsMock
) -> None:
    at = int(clock.now().timestamp())
    with transaction() as work:
        first = work.session.get_one(Message, unconfirmed)
        work.session.execute(
            update(Message).where(Message.id == first.id).values(status="sent", rank=4)
        )
        first_id = "BAE5-1"
        work.session.execute(
            update(Message).where(Message.id == unconfirmed).values(id_message=first_id)
        )
    conversation_id = row(unconfirmed).conversation_id
    second = desk.send_text(cast.hotel_id, conversation_id, cast.alice_id, "On our way").id
    let_the_settle_time_pass()
    sending.drain(cast.instance_id, PATIENCE)
    let_the_settle_time_pass()
    answers(provider, "lastOutgoingMessages", [outgoing("BAE5-1", "On our way", at)])
    settlement.settle(cast.instance_id)
    assert row(second).status == "queued"


def test_the_echo_settles_it_at_once(unconfirmed: int, cast: Cast) -> None:
    assert receiving.receive(cast.instance_id, echo("BAE5-1", "On our way")) == "applied"
    assert (row(unconfirmed).status, row(unconfirmed).id_message) == ("accepted", "BAE5-1")


def test_an_echo_of_another_text_is_another_programs_message(unconfirmed: int, cast: Cast) -> None:
    receiving.receive(cast.instance_id, echo("BAE5-2", "Sent by the booking system"))
    assert row(unconfirmed).status == "unconfirmed"
    other = db.session.scalars(select(Message).where(Message.id_message == "BAE5-2")).one()
    assert other.origin == "elsewhere"


def test_an_echo_that_overtakes_the_answer_waits_for_it(cast: Cast, guest_writes: Writes) -> None:
    message = desk.send_text(cast.hotel_id, guest_writes("A1").id, cast.alice_id, "On our way")
    claimed = outbox.claim(cast.instance_id, PATIENCE.lease)
    assert claimed is not None
    assert receiving.receive(cast.instance_id, echo("BAE5-1", "On our way")) == "parked"
    outcomes.accepted(claimed, "BAE5-1")
    texts = db.session.scalars(select(Message.id).where(Message.direction == "out")).all()
    assert list(texts) == [message.id]
    assert row(message.id).status == "accepted"


def test_a_token_that_does_not_open_pauses_the_number_and_keeps_the_message(
    cast: Cast, guest_writes: Writes
) -> None:
    message = desk.send_text(cast.hotel_id, guest_writes("A1").id, cast.alice_id, "On our way")
    with transaction() as work:
        work.session.execute(update(Instance).values(token_sealed=b"k9\0lost"))
    sending.drain(cast.instance_id, PATIENCE)
    assert row(message.id).status == "queued"
    (health, *_) = line.health(cast.hotel_id)
    assert "LOBBY_ENCRYPTION_KEYS" in health.words
