"""GET one message, and lists of them: what a program may ask about the hotel's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from tests.cast.people import Cast
from tests.cast.program import Program, failed, soon
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]


def test_all_about_one(program: Program, cast: Cast) -> None:
    message_id = program.sent(client_ref="booking-7")
    told = program.get(message_id).json
    assert told["message_id"] == message_id
    assert (told["status"], told["kind"], told["sent_by"]) == ("queued", "text", "program")
    assert (told["client_ref"], told["id_instance"]) == ("booking-7", cast.id_instance)
    assert told["attempts"] == 0
    nothing = ("hold", "failure", "cancelled", "correction", "id_message", "send_at", "read_at")
    assert [told[name] for name in nothing] == [None] * len(nothing)
    assert told["needs_decision"] is False


def test_nobodys_words_are_told(program: Program, typed: int) -> None:
    answer = program.get(typed)
    assert answer.json["sent_by"] == "person"
    assert answer.json["client_ref"] is None
    listed = program.list(conversation_id=row(typed).conversation_id)
    for text in (answer.text, listed.text):
        assert "words" not in text
        assert "Alice" not in text


def test_a_failure_says_why(program: Program) -> None:
    message_id = program.sent()
    failed(message_id)
    failure = program.get(message_id).json["failure"]
    assert failure == {"code": "no_account", "message": "This number has no WhatsApp."}


def test_a_wait_says_why(program: Program, cast: Cast) -> None:
    message_id = program.sent()
    message = row(message_id)
    message.hold_reason, message.not_before = (
        "first_contact_limit",
        clock.now() + timedelta(hours=3),
    )
    db.session.commit()
    hold = program.get(message_id).json["hold"]
    assert hold["reason"] == "strangers"
    assert hold["until"]
    assert "strangers" in hold["message"]
    db.session.get_one(Instance, cast.instance_id).pause_reason = "not_authorized"
    db.session.commit()
    hold = program.get(message_id).json["hold"]
    assert hold["reason"] == "not_authorized"
    assert hold["message"]


def test_an_unconfirmed_message_is_shown_and_left_to_a_person(program: Program) -> None:
    message_id = program.sent()
    message = row(message_id)
    message.status, message.rank, message.checks = "unconfirmed", 2, 9
    db.session.commit()
    assert program.get(message_id).json["needs_decision"] is True
    assert_error(program.act(message_id, "retry"), 409, "conflict")


def test_a_guests_message_is_not_there(program: Program, guest_writes: Writes) -> None:
    guest_writes("A1")
    assert_error(program.get(db.session.scalars(select(Message.id)).one()), 404, "not_found")


def test_a_reference_finds_its_message(program: Program, stranger: Program) -> None:
    message_id = program.sent(client_ref="booking-7")
    stranger.sent(client_ref="booking-7")
    found = program.list(client_ref="booking-7").json
    assert [one["message_id"] for one in found["messages"]] == [message_id]
    assert program.list(client_ref="another").json == {"messages": [], "older": None}


def test_a_conversation_in_pages_without_gap_or_double(
    program: Program, guest_writes: Writes
) -> None:
    conversation_id = guest_writes("A1").id
    ids = [program.sent(text=f"Number {number}") for number in range(7)]
    ids.append(program.sent(send_at=soon(hours=1)))
    seen: list[int] = []
    query: dict[str, Any] = {"conversation_id": conversation_id, "limit": 3}
    while True:
        page = program.list(**query).json
        seen += [one["message_id"] for one in page["messages"]]
        if page["older"] is None:
            break
        query["before"] = page["older"]
        assert len(page["messages"]) == 3
    assert seen == ids[::-1]


def test_a_page_of_a_hundred_asks_no_more_than_one_of_one(
    program: Program, guest_writes: Writes
) -> None:
    conversation_id = guest_writes("A1").id
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for _ in range(2):
        program.sent()
        db.session.remove()
        asked.clear()
        program.list(conversation_id=conversation_id)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_another_hotels_conversation_is_not_there(stranger: Program, guest_writes: Writes) -> None:
    conversation_id = guest_writes("A1").id
    assert_error(stranger.list(conversation_id=conversation_id), 404, "not_found")
    assert_error(stranger.list(conversation_id=99_999), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "client_ref"),
        ({"client_ref": "x", "conversation_id": 1}, "conversation_id"),
        ({"conversation_id": "x"}, "conversation_id"),
        ({"conversation_id": 0}, "conversation_id"),
        ({"conversation_id": "9" * 5_000}, "conversation_id"),
        ({"conversation_id": "٣"}, "conversation_id"),
        ({"conversation_id": [1, 1]}, "conversation_id"),
        ({"conversation_id": 1, "limit": 0}, "limit"),
        ({"conversation_id": 1, "limit": 101}, "limit"),
        ({"conversation_id": 1, "page": 2}, "page"),
    ],
    ids=str,
)
def test_a_bad_question_is_named(program: Program, query: dict[str, Any], field: str) -> None:
    answer = program.list(**query)
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"]


@pytest.mark.parametrize("before", ["", "x", "é", "MTIz", "LTE=", "0" * 5_000])
def test_a_broken_place_in_the_list_is_named(
    program: Program, before: str, guest_writes: Writes
) -> None:
    answer = program.list(conversation_id=guest_writes("A1").id, before=before)
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"before"}
