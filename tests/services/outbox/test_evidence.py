"""Evidence that comes at an awkward moment must neither double a message nor lose it (D4)."""

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
from inbox.models import Conversation, Instance, Message, WebhookEvent
from inbox.services.intake import receiving
from inbox.services.messages import statuses
from inbox.services.outbox import outbox, outcomes, sending, settlement
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.provider import outgoing, url

PATIENCE = SendTimings(lease=timedelta(seconds=60), settle=timedelta(seconds=5))
ANNA, BERT = "447700900318@c.us", "447700900411@c.us"
Writes = Callable[..., Conversation]


def reply(cast: Cast, conversation: Conversation, text: str) -> int:
    message = desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, text)
    return message.id


def in_doubt(cast: Cast, message_id: int) -> None:
    """The message is claimed and its call breaks off."""
    free_the_pace()
    claim = outbox.claim(cast.instance_id, PATIENCE.lease)
    assert claim is not None
    assert claim.message_id == message_id
    outcomes.unknown(claim, PATIENCE.settle)


def free_the_pace() -> None:
    with transaction() as work:
        work.session.execute(update(Instance).values(next_send_at=None, journal_read_at=None))


def the_settle_time_passes(message_id: int) -> None:
    free_the_pace()
    with transaction() as work:
        due = update(Message).where(Message.id == message_id).values(check_at=clock.now())
        work.session.execute(due)


def status(message_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Message, message_id).status


def echo(cast: Cast, id_message: str, text: str, chat_id: str = ANNA) -> str:
    body = incoming(id_message, text, chat_id=chat_id)
    body["typeWebhook"] = "outgoingAPIMessageReceived"
    return receiving.receive(cast.instance_id, json.dumps(body).encode())


def test_a_journal_says_nothing_about_what_broke_off_while_it_was_read(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    first = reply(cast, guest_writes("A1", chat_id=ANNA), "To Anna")
    second = reply(cast, guest_writes("B1", chat_id=BERT), "To Bert")
    in_doubt(cast, first)
    the_settle_time_passes(first)

    def journal(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        in_doubt(cast, second)
        return 200, {}, "[]"

    provider.add_callback(responses.GET, url("lastOutgoingMessages"), callback=journal)
    settlement.settle(cast.instance_id)
    assert status(first) == "queued"
    assert status(second) == "unconfirmed"


def test_a_journal_says_nothing_about_a_later_attempt(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    message_id = reply(cast, guest_writes("A1"), "On our way")
    in_doubt(cast, message_id)
    the_settle_time_passes(message_id)

    def journal(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        queued = update(Message).where(Message.id == message_id).values(status="queued", rank=0)
        with transaction() as work:
            work.session.execute(queued)
        in_doubt(cast, message_id)
        return 200, {}, "[]"

    provider.add_callback(responses.GET, url("lastOutgoingMessages"), callback=journal)
    settlement.settle(cast.instance_id)
    assert status(message_id) == "unconfirmed"


@pytest.mark.parametrize(
    ("text", "chat_id"),
    [("On our way!", ANNA), ("On our way", "271936015216867@lid")],
    ids=["another text", "another address"],
)
def test_an_echo_in_another_shape_is_still_the_message_whose_id_we_are_told(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    text: str,
    chat_id: str,
) -> None:
    message_id = reply(cast, guest_writes("A1"), "On our way")

    def accept(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        echo(cast, "BAE5-1", text, chat_id)
        return 200, {}, '{"idMessage": "BAE5-1"}'

    provider.add_callback(responses.POST, url("sendMessage"), callback=accept)
    sending.drain(cast.instance_id, PATIENCE)
    assert status(message_id) == "accepted"
    rows = db.session.scalars(select(Message).where(Message.id_message == "BAE5-1")).all()
    assert [row.id for row in rows] == [message_id]


def test_a_stub_that_a_guest_quoted_is_replaced_under_the_quote(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    message_id = reply(cast, guest_writes("A1"), "On our way")
    quoting = {
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {"text": "Thanks", "stanzaId": "BAE5-1", "participant": ANNA},
        "quotedMessage": {"stanzaId": "BAE5-1", "participant": ANNA},
    }

    def accept(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        echo(cast, "BAE5-1", "On our way!")
        guest_writes("A2", messageData=quoting)
        return 200, {}, '{"idMessage": "BAE5-1"}'

    provider.add_callback(responses.POST, url("sendMessage"), callback=accept)
    sending.drain(cast.instance_id, PATIENCE)
    answer = db.session.scalars(select(Message).where(Message.id_message == "A2")).one()
    assert answer.quoted_id == message_id


def test_an_echo_after_the_journal_was_believed_stops_the_second_send(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    message_id = reply(cast, guest_writes("A1"), "On our way")
    in_doubt(cast, message_id)
    the_settle_time_passes(message_id)
    provider.add(responses.GET, url("lastOutgoingMessages"), json=[])
    settlement.settle(cast.instance_id)
    assert status(message_id) == "queued"
    echo(cast, "BAE5-1", "On our way")
    free_the_pace()
    assert sending.drain(cast.instance_id, PATIENCE) == 0
    assert status(message_id) == "accepted"


def test_an_echo_is_no_evidence_for_what_was_never_tried(cast: Cast, guest_writes: Writes) -> None:
    message_id = reply(cast, guest_writes("A1"), "Good morning")
    echo(cast, "BAE5-1", "Good morning")
    assert status(message_id) == "queued"


def test_what_the_journal_adopts_is_asked_for_its_ticks(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    message_id = reply(cast, guest_writes("A1"), "On our way")
    in_doubt(cast, message_id)
    the_settle_time_passes(message_id)
    at = int(clock.now().timestamp())
    provider.add(
        responses.GET, url("lastOutgoingMessages"), json=[outgoing("BAE5-1", "On our way", at)]
    )
    settlement.settle(cast.instance_id)
    db.session.rollback()
    row = db.session.get_one(Message, message_id)
    assert row.checks == 0
    assert row.check_at is not None
    assert row.check_at > clock.now() + timedelta(seconds=30)


def test_a_claim_that_ran_out_before_the_call_is_not_used(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    reply(cast, guest_writes("A1"), "On our way")
    sending.drain(cast.instance_id, SendTimings(lease=timedelta(0), settle=PATIENCE.settle))
    assert len(provider.calls) == 0


def test_a_backlog_goes_in_one_run_at_the_pace_of_the_number(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    """When a number is linked again, or Redis lost the bells, sixty messages are not a minute."""
    for number in range(6):
        reply(cast, guest_writes(f"A{number}", chat_id=f"44770090010{number}@c.us"), "Welcome")
        provider.add(responses.POST, url("sendMessage"), json={"idMessage": f"BAE5-{number}"})
    assert sending.drain(cast.instance_id, PATIENCE) == 6


def test_a_parked_event_that_we_cannot_apply_does_not_hold_back_the_message(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One bad event is set aside; the message it is about still gets its id (N21)."""
    message_id = reply(cast, guest_writes("A1"), "On our way")
    tick = incoming("BAE5-1") | {
        "typeWebhook": "outgoingMessageStatus",
        "status": "delivered",
        "chatId": ANNA,
        "sendByApi": True,
    }
    assert receiving.receive(cast.instance_id, json.dumps(tick).encode()) == "parked"

    def broken(*_arguments: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(statuses, "move", broken)
    provider.add(responses.POST, url("sendMessage"), json={"idMessage": "BAE5-1"})
    sending.drain(cast.instance_id, PATIENCE)
    assert status(message_id) == "accepted"
    events = select(WebhookEvent.state).where(WebhookEvent.id_message == "BAE5-1")
    assert list(db.session.scalars(events)) == ["quarantined"]
