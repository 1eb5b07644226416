"""POST …/forward: what a program sent is passed on within its hotel, once."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Message
from inbox.services.lines import instances
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.people import API_URL, Cast
from tests.cast.program import CONTENTS, PHONE, Program, soon, was_sent
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]
OTHER = "+44 7700 900419"
OTHER_CHAT = "447700900419@c.us"


def forward(program: Program, message_id: object, **fields: Any) -> Any:
    return program.call("POST", f"{message_id}/forward", json={"phone": OTHER, **fields})


def sent_file(program: Program) -> int:
    data = {"phone": PHONE, "file": (io.BytesIO(b"%PDF-1.7\nthe bill"), "bill.pdf")}
    answer = program.call("POST", data=data, content_type="multipart/form-data")
    return int(answer.json["message_id"])


def test_what_the_guest_has_whatsapp_forwards(program: Program) -> None:
    message_id = program.sent()
    was_sent(message_id, "BAE5")
    answer = forward(program, message_id)
    assert answer.status_code == 202, answer.text
    told = answer.json
    assert (told["kind"], told["status"], told["sent_by"]) == ("text", "queued", "program")
    assert answer.headers["Location"].endswith(f"/messages/{told['message_id']}")
    copy = row(told["message_id"])
    assert db.session.get_one(Conversation, copy.conversation_id).chat_id == OTHER_CHAT
    assert copy.payload["forward"] == {"chat_id": "447700900318@c.us", "id_message": "BAE5"}


@pytest.mark.parametrize("kind", CONTENTS)
def test_what_has_not_left_goes_as_a_message_of_its_own(program: Program, kind: str) -> None:
    order = {"phone": PHONE, kind: CONTENTS[kind]}
    message_id = program.send(order).json["message_id"]
    answer = forward(program, message_id)
    assert answer.status_code == 202, answer.text
    original, copy = row(message_id), row(answer.json["message_id"])
    assert (copy.kind, copy.body) == (original.kind, original.body)
    assert copy.payload == {**original.payload, "forwarded": True}


def test_a_file_goes_along(program: Program) -> None:
    message_id = sent_file(program)
    assert forward(program, message_id).json["status"] == "uploading"
    was_sent(message_id)
    assert forward(program, message_id).json["status"] == "queued"


def test_another_number_of_the_hotel_has_to_say_it_itself(program: Program) -> None:
    message_id = program.sent()
    was_sent(message_id)
    instances.add("grand-plaza", instances.Access(1101000009, "0" * 50, api_url=API_URL))
    answer = forward(program, message_id, id_instance=1101000009)
    assert answer.json["id_instance"] == 1101000009
    assert row(answer.json["message_id"]).payload == {"forwarded": True}


def test_to_a_guest_or_a_chat_and_for_later(program: Program, guest_writes: Writes) -> None:
    taxi = guest_writes("T1", chat_id=OTHER_CHAT, name="Taxi")
    guest_id, conversation_id = taxi.guest_id, taxi.id
    message_id, at = program.sent(), soon(hours=3)
    for to in ({"guest_id": guest_id}, {"chat_id": OTHER_CHAT}):
        path = f"{message_id}/forward"
        answer = program.call("POST", path, json={**to, "send_at": at, "expires_in": 600})
        assert answer.status_code == 202, answer.text
        assert answer.json["conversation_id"] == conversation_id
        assert answer.json["status"] == "scheduled"


def test_the_same_reference_is_the_same_message(program: Program) -> None:
    message_id = program.sent()
    first = forward(program, message_id, client_ref="f-1")
    was_sent(message_id, deleted_at=clock.now())  # too late to pass on anew
    again = forward(program, message_id, client_ref="f-1")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json["message_id"] == first.json["message_id"]
    entries = select(func.count()).where(AuditEntry.action == "message.send")
    assert db.session.scalar(entries) == 2


def test_the_same_reference_for_something_else_is_refused(program: Program) -> None:
    message_id, other_id = program.sent(client_ref="b-1"), program.sent()
    assert forward(program, message_id, client_ref="f-1").status_code == 202
    for answer in (
        forward(program, other_id, client_ref="f-1"),
        forward(program, message_id, client_ref="f-1", phone=PHONE),
        forward(program, message_id, client_ref="f-1", expires_in=600),
        forward(program, message_id, client_ref="b-1"),
        program.send(phone=OTHER, client_ref="f-1"),
    ):
        assert_error(answer, 409, "conflict")
        assert "client_ref" in answer.json["error"]["message"]


def test_a_reference_from_before_digests_is_known_by_what_it_holds(program: Program) -> None:
    message_id, other_id = program.sent(), program.sent(text="Another")
    first = forward(program, message_id, client_ref="f-1").json["message_id"]
    with transaction() as work:
        work.session.execute(update(Message).values(request_digest=""))
    again = forward(program, message_id, client_ref="f-1")
    assert (again.status_code, again.json["message_id"]) == (200, first)
    assert_error(forward(program, other_id, client_ref="f-1"), 409, "conflict")


def test_what_a_guest_wrote_is_not_there(program: Program, guest_writes: Writes) -> None:
    guest_writes("A1", "A guest's words")
    guests = db.session.scalars(select(Message.id)).one()
    assert_error(forward(program, guests), 404, "not_found")


def test_what_a_person_wrote_is_theirs(program: Program, cast: Cast, guest_writes: Writes) -> None:
    here = guest_writes("A1").id
    typed = desk.send_text(cast.hotel_id, here, cast.alice_id, "Alice's words", "r1").id
    assert_error(forward(program, typed), 403, "forbidden")


def test_another_hotels_is_not_there(program: Program, stranger: Program) -> None:
    message_id = program.sent()
    assert_error(forward(stranger, message_id), 404, "not_found")


def test_to_another_hotels_guest_is_nowhere(
    program: Program, stranger: Program, guest_writes: Writes
) -> None:
    guest_id = guest_writes("A1").guest_id
    message_id = stranger.sent()
    answer = stranger.call("POST", f"{message_id}/forward", json={"guest_id": guest_id})
    assert_error(answer, 404, "not_found")
    answer = forward(program, program.sent(), id_instance=1101000099)
    assert_error(answer, 404, "not_found")


def test_what_was_taken_back_is_not_passed_on(program: Program) -> None:
    message_id = program.sent()
    was_sent(message_id, deleted_at=clock.now())
    answer = forward(program, message_id)
    assert_error(answer, 409, "conflict")
    assert "cannot be forwarded" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"phone": None}, {"phone"}),
        ({"phone": 7}, {"phone"}),
        ({"phone": "x"}, {"phone"}),
        ({"chat_id": OTHER_CHAT}, {"phone", "chat_id", "guest_id"}),
        ({"text": "Hello"}, {"text"}),
        ({"quoted_message_id": 1}, {"quoted_message_id"}),
        ({"client_ref": ""}, {"client_ref"}),
        ({"client_ref": "retry-7"}, {"client_ref"}),
        ({"client_ref": "x" * 101}, {"client_ref"}),
        ({"send_at": "tomorrow"}, {"send_at"}),
        ({"send_at": "2020-01-01T00:00:00Z"}, {"send_at"}),
        ({"send_at": soon(days=366)}, {"send_at"}),
        ({"expires_in": 59}, {"expires_in"}),
        ({"id_instance": "x"}, {"id_instance"}),
    ],
    ids=lambda part: " ".join(sorted(part)),
)
def test_what_is_wrong_is_named(program: Program, fields: Any, wrong: set[str]) -> None:
    message_id = program.sent()
    answer = forward(program, message_id, **fields)
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == wrong
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_without_a_recipient(program: Program) -> None:
    answer = program.call("POST", f"{program.sent()}/forward", json={})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"phone", "chat_id", "guest_id"}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": b"{"}, 400),
        ({"json": []}, 400),
        ({"data": b"{}", "content_type": "text/plain"}, 415),
        ({"data": b'"' + b"x" * 300_000 + b'"'}, 413),
    ],
    ids=["cut off", "a list", "no JSON", "too large"],
)
def test_a_body_that_is_none(program: Program, more: dict[str, Any], status: int) -> None:
    more.setdefault("content_type", "application/json")
    answer = program.call("POST", f"{program.sent()}/forward", **more)
    assert answer.status_code == status, answer.text
    assert answer.is_json


def test_without_a_token(app: Flask, program: Program) -> None:
    message_id = program.sent()
    answer = forward(Program(app.test_client(), "lobby_wrong"), message_id)
    assert_error(answer, 401, "unauthorized")


@pytest.mark.parametrize("number", [0, 2**63, "x", 99_999])
def test_an_id_that_is_none(program: Program, number: object) -> None:
    assert_error(forward(program, number), 404, "not_found")


def test_what_whatsapp_forwards_later_keeps_its_words(program: Program) -> None:
    message_id = program.sent()
    was_sent(message_id)
    later = forward(program, message_id, send_at=soon(hours=1)).json["message_id"]
    assert_error(program.call("PATCH", later, json={"text": "Other"}), 409, "conflict")
    assert program.call("PATCH", later, json={"send_at": soon(hours=2)}).status_code == 202
    assert row(later).body == row(message_id).body
