"""POST /api/v1/whatsapp/messages: every kind, to whom, from which number and when."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Guest, Message
from inbox.services.lines import instances
from inbox.services.outbox import outbox
from tests.cast import desk
from tests.cast.people import API_URL, Cast
from tests.cast.program import CONTACT, CONTENTS, PHONE, TEXT, Program, soon
from tests.cast.rows import count, row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]
LEASE = timedelta(seconds=60)


@pytest.mark.parametrize("kind", CONTENTS)
def test_each_kind_is_queued_as_it_was_given(program: Program, kind: str) -> None:
    answer = program.send({"phone": PHONE, kind: CONTENTS[kind]})
    assert answer.status_code == 202, answer.text
    assert (answer.json["kind"], answer.json["status"]) == (kind, "queued")
    message = row(answer.json["message_id"])
    kept = {
        "text": message.body,
        "poll": {"question": message.body, **message.payload},
        "location": message.payload,
        "contact": {
            "name": message.payload.get("display_name"),
            "phone": f"+{message.payload.get('phone')}",
        },
    }[kind]
    wanted = CONTENTS[kind]
    if kind == "contact":
        wanted = wanted | {"phone": CONTACT["phone"].replace(" ", "")}
    assert kept == wanted


def test_the_answer_says_where_to_ask_again(program: Program) -> None:
    answer = program.send()
    where = answer.headers["Location"]
    assert where.endswith(f"/whatsapp/messages/{answer.json['message_id']}")
    assert program.get(answer.json["message_id"]).json == answer.json


def test_who_sent_it_is_recorded_without_a_word_of_it(program: Program) -> None:
    program.sent()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "message.send")).one()
    assert entry.actor.startswith("token:")
    assert TEXT["text"] not in json.dumps(entry.detail)


def test_a_guests_message_may_be_quoted(program: Program, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    quoted = db.session.scalars(select(Message.id)).one()
    order = {"guest_id": conversation.guest_id, "text": "This?", "quoted_message_id": quoted}
    answer = program.send(order)
    assert answer.json["quoted_message_id"] == quoted
    assert row(answer.json["message_id"]).quoted_id_message == "A1"


@pytest.mark.parametrize("quoted", [99_999, 2**63 - 1])
def test_what_is_not_there_cannot_be_quoted(program: Program, quoted: int) -> None:
    answer = program.send(quoted_message_id=quoted)
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"quoted_message_id"}
    assert count(Message) == 0


def test_it_is_scheduled_for_its_moment(program: Program) -> None:
    at = soon(hours=2)
    answer = program.send(send_at=at)
    assert answer.status_code == 202, answer.text
    assert answer.json["status"] == "scheduled"
    assert datetime.fromisoformat(answer.json["send_at"]) == datetime.fromisoformat(at)
    assert answer.json["queued_at"] is None


@pytest.mark.parametrize(
    "at",
    ["2020-01-01T00:00:00Z", "2199-01-01T00:00:00+01:00", "9999-12-31T23:59:59Z"],
    ids=["over", "too far", "the last of all"],
)
def test_a_moment_that_cannot_be_is_refused_and_nothing_is_kept(program: Program, at: str) -> None:
    answer = program.send(send_at=at)
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"send_at"}
    assert count(Message) == 0
    assert count(Guest) == 0


def test_it_expires_when_it_was_told_to(program: Program) -> None:
    message = row(program.sent(expires_in=600))
    assert message.queued_at is not None
    assert message.expires_at == message.queued_at + timedelta(minutes=10)


def test_a_number_of_the_hotel_may_be_chosen(
    program: Program, cast: Cast, guest_writes: Writes
) -> None:
    instances.add(cast.slug, instances.Access(1101000007, "0" * 50, api_url=API_URL))
    conversation = guest_writes("A1")
    usual = program.send({"guest_id": conversation.guest_id, "text": "Hello"}).json
    other = program.send(
        {"guest_id": conversation.guest_id, "text": "Hello", "id_instance": 1101000007}
    ).json
    assert (usual["id_instance"], other["id_instance"]) == (cast.id_instance, 1101000007)
    assert usual["guest_id"] == other["guest_id"]
    assert usual["conversation_id"] != other["conversation_id"]
    again = program.send({"phone": PHONE, "text": "Hi", "id_instance": 1101000007}).json
    assert again["conversation_id"] == other["conversation_id"]


def test_another_hotels_ids_are_not_there(
    program: Program, stranger: Program, guest_writes: Writes, cast: Cast
) -> None:
    conversation = guest_writes("A1")
    guest = {"guest_id": conversation.guest_id, "text": "Hello"}
    assert_error(stranger.send(guest), 404, "not_found")
    assert_error(program.send(id_instance=1101000002), 404, "not_found")
    assert_error(program.send(id_instance=9), 404, "not_found")
    quoted = db.session.scalars(select(Message.id)).one()
    assert_error(stranger.send(quoted_message_id=quoted), 422, "invalid")
    assert count(Message) == 1


def test_a_typed_reply_overtakes_what_programs_sent(
    program: Program, cast: Cast, guest_writes: Writes
) -> None:
    for number in range(3):
        program.sent(phone=f"+44 7700 90040{number}")
    conversation_id = guest_writes("A1").id
    typed = desk.send_text(cast.hotel_id, conversation_id, cast.alice_id, "At once", "r1").id
    claim = outbox.claim(cast.instance_id, LEASE)
    assert claim is not None
    assert claim.message_id == typed
