"""POST /api/v1/whatsapp/messages: every kind, once, and what is wrong in words."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from inbox import clock
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Guest, Message
from inbox.services.lines import instances
from inbox.services.outbox import outbox
from tests.cast import desk
from tests.cast.people import API_URL, Cast
from tests.cast.program import CONTACT, CONTENTS, LOCATION, PHONE, POLL, TEXT, Program, soon
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]
LEASE = timedelta(seconds=60)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


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
    assert count() == 0


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
    assert count() == 0
    assert db.session.scalar(select(func.count()).select_from(Guest)) == 0


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
    assert count() == 1


class TestOnce:
    """The same `client_ref` and order is the same message."""

    @pytest.mark.parametrize("kind", CONTENTS)
    def test_again_it_is_200_and_the_same(self, program: Program, kind: str) -> None:
        order = {"phone": PHONE, kind: CONTENTS[kind], "client_ref": "booking-7"}
        first, second = program.send(order), program.send(order)
        assert (first.status_code, second.status_code) == (202, 200)
        assert first.json == second.json
        assert count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"phone": "+44 7700 900319"},
            {"location": LOCATION | {"latitude": 41.4}},
            {"location": LOCATION | {"address": ""}},
            {"send_at": "2027-01-01T00:00:00Z"},
            {"expires_in": 600},
            {"id_instance": 1101000001},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_another_order_under_it_is_a_conflict(
        self, program: Program, change: dict[str, Any]
    ) -> None:
        order = {"phone": PHONE, "location": LOCATION, "client_ref": "booking-7"}
        program.send(order)
        assert_error(program.send(order | change), 409, "conflict")
        assert count() == 1
        assert db.session.scalar(select(func.count()).select_from(Guest)) == 1

    def test_another_kind_or_poll_is_a_conflict(self, program: Program) -> None:
        ref = {"phone": PHONE, "client_ref": "booking-7"}
        program.send(ref | {"poll": POLL})
        for other in ({"poll": POLL | {"multiple": True}}, {"text": POLL["question"]}):
            assert_error(program.send(ref | other), 409, "conflict")

    def test_an_edit_does_not_make_it_another(self, program: Program) -> None:
        message_id = program.sent(client_ref="booking-7")
        row(message_id).body = "Your room is almost ready."
        db.session.commit()
        answer = program.send(client_ref="booking-7")
        assert (answer.status_code, answer.json["message_id"]) == (200, message_id)

    def test_votes_do_not_make_it_another(self, program: Program) -> None:
        order = {"phone": PHONE, "poll": POLL, "client_ref": "booking-7"}
        message_id = program.send(order).json["message_id"]
        message = row(message_id)
        message.payload = message.payload | {"votes": {"7:00": ["447700900318@c.us"]}}
        db.session.commit()
        assert program.send(order).json["message_id"] == message_id

    def test_when_its_time_is_over_it_is_still_known(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = TEXT | {"client_ref": "booking-7", "send_at": soon(minutes=5)}
        first = program.send(order)
        later = clock.now() + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        answer = program.send(order)
        assert (answer.status_code, answer.json["message_id"]) == (200, first.json["message_id"])

    def test_the_short_way_and_this_one_know_each_other(self, program: Program) -> None:
        message_id = program.sent(client_ref="booking-7")
        answer = program.client.post(
            "/api/v1/whatsapp/send",
            json={"phone": PHONE, "message": TEXT["text"], "client_ref": "booking-7"},
            headers={"Authorization": f"Bearer {program.token}"},
        )
        assert answer.json == {"message_id": message_id, "status": "queued"}

    def test_hotels_do_not_share_references(self, program: Program, stranger: Program) -> None:
        assert program.sent(client_ref="x") != stranger.sent(client_ref="x")

    def test_our_own_references_are_refused(self, program: Program) -> None:
        answer = program.send(client_ref="retry-17")
        assert_error(answer, 422, "invalid")
        assert "client_ref" in answer.json["error"]["fields"]
        assert program.send(client_ref="retry-soon").status_code == 202

    @pytest.mark.parametrize("known", [True, False], ids=["a guest", "a stranger"])
    def test_ten_at_once_are_one_message(
        self, app: Flask, token: str, guest_writes: Writes, known: bool
    ) -> None:
        if known:
            guest_writes("A1")
        db.session.remove()

        def call(_number: int) -> tuple[int, int]:
            with app.app_context():
                answer = Program(app.test_client(), token).send(client_ref="booking-7")
                db.session.remove()
            return answer.status_code, answer.json["message_id"]

        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(call, range(10)))
        assert sorted(status for status, _ in answers) == [200] * 9 + [202]
        assert len({message_id for _, message_id in answers}) == 1
        assert count() == 1 + known


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


NOT_TEXTS: list[Any] = [None, 7, 1.5, True, [], {}]
BAD: dict[str, list[Any]] = {
    "text": [*NOT_TEXTS, "", "  \n", "x" * 20_001, "\ud800", "a\0b"],
    "phone": [*NOT_TEXTS, "", "x", "123", "+0 123", "1@g.us"],
    "client_ref": [*NOT_TEXTS, "", "x" * 101, "a\nb", "\0", "\ud800"],
    "id_instance": [None, "1", 1.5, True, [], 0, -1, 2**63],
    "quoted_message_id": [None, "1", 1.5, True, 0, -1, 2**63],
    "send_at": [*NOT_TEXTS, "", "soon", "2027-01-01", "2027-01-01T10:00:00", "20270101T100000Z",
                "2027-02-30T10:00:00Z", "2027-01-01T10:00Z", "0001-01-01T00:00:00+23:59",
                "2027-01-01T10:00:00+25:00", "2027-01-01T10:00:00Z\n"],
    "expires_in": [None, "600", 59, 604_801, 600.5, True, -600],
    "messsage": ["misspelt"],
    "hotel_id": [1],
}  # fmt: skip
BAD_FIELDS = [(field, value) for field, values in BAD.items() for value in values]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS, ids=lambda part: repr(part)[:24])
def test_a_bad_field_is_named(program: Program, field: str, value: Any) -> None:
    answer = program.send(**{field: value})
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert count() == 0


BAD_CONTENTS: list[tuple[str, Any, str]] = [
    ("location", None, "location"),
    ("location", "x", "location"),
    ("contact", [], "contact"),
    ("poll", True, "poll"),
    ("location", {}, "location.latitude"),
    ("location", LOCATION | {"latitude": 90.1}, "location.latitude"),
    ("location", LOCATION | {"latitude": "41"}, "location.latitude"),
    ("location", LOCATION | {"longitude": True}, "location.longitude"),
    ("location", LOCATION | {"longitude": -181}, "location.longitude"),
    ("location", LOCATION | {"name": "x" * 201}, "location.name"),
    ("location", LOCATION | {"name": 7}, "location.name"),
    ("location", LOCATION | {"zoom": 7}, "location.zoom"),
    ("contact", {}, "contact.name"),
    ("contact", CONTACT | {"phone": "none"}, "contact.phone"),
    ("contact", CONTACT | {"name": " "}, "contact.name"),
    ("contact", CONTACT | {"name": "a\0"}, "contact.name"),
    ("contact", CONTACT | {"phone": 34933033033}, "contact.phone"),
    ("poll", {}, "poll.question"),
    ("poll", POLL | {"question": ""}, "poll.question"),
    ("poll", POLL | {"question": "x" * 256}, "poll.question"),
    ("poll", POLL | {"options": ["one"]}, "poll.options"),
    ("poll", POLL | {"options": ["one", "one"]}, "poll.options"),
    ("poll", POLL | {"options": ["one", "two", ""]}, "poll.options"),
    ("poll", POLL | {"options": [str(number) for number in range(13)]}, "poll.options"),
    ("poll", POLL | {"options": ["one", 2]}, "poll.options"),
    ("poll", POLL | {"options": "one"}, "poll.options"),
    ("poll", POLL | {"options": ["one", "x" * 101]}, "poll.options"),
    ("poll", POLL | {"multiple": 1}, "poll.multiple"),
]


@pytest.mark.parametrize(
    ("kind", "content", "field"), BAD_CONTENTS, ids=lambda part: repr(part)[:24]
)
def test_a_bad_content_is_named_inside(
    program: Program, kind: str, content: Any, field: str
) -> None:
    answer = program.send({"phone": PHONE, kind: content})
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert count() == 0


def test_all_that_is_wrong_is_told_at_once(program: Program) -> None:
    answer = program.send({"text": 7, "poll": {}, "client_ref": 1, "send_at": "soon", "x": 1})
    assert_error(answer, 422, "invalid")
    wrong = {"text", "poll", "poll.question", "poll.options", "client_ref", "send_at", "x"}
    assert set(answer.json["error"]["fields"]) == wrong


@pytest.mark.parametrize("contents", [(), ("text", "poll"), ("location", "contact")])
def test_exactly_one_content_is_asked_for(program: Program, contents: tuple[str, ...]) -> None:
    answer = program.send({"phone": PHONE} | {name: CONTENTS[name] for name in contents})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == set(contents or ("text",))


@pytest.mark.parametrize("to", [{}, {"phone": PHONE, "guest_id": 1}])
def test_exactly_one_recipient_is_asked_for(program: Program, to: dict[str, Any]) -> None:
    answer = program.send({"text": "Hello", **to})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"chat_id", "phone", "guest_id"}


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"", "application/json", 400, "bad_request"),
        (b"{", "application/json", 400, "bad_request"),
        (b"[1]", "application/json", 400, "bad_request"),
        (b"[" * 100_000, "application/json", 400, "bad_request"),
        (b'{"a":' * 50_000, "application/json", 400, "bad_request"),
        (b'{"text": "' + b"x" * 300_000 + b'"}', "application/json", 413, "too_large"),
        (b"{}", "text/plain", 415, "not_json"),
        (b"text=1", "application/x-www-form-urlencoded", 415, "not_json"),
        (b'{"phone": "+447700900318", "location": {"latitude": NaN, "longitude": 1}}',
         "application/json", 422, "invalid"),
        (b'{"phone": "+447700900318", "location": {"latitude": 1e999, "longitude": 1}}',
         "application/json", 422, "invalid"),
    ],
    ids=lambda part: repr(part)[:24],
)  # fmt: skip
def test_a_body_that_is_no_order(
    program: Program, raw: bytes, kind: str, status: int, code: str
) -> None:
    assert_error(program.call("POST", data=raw, content_type=kind), status, code)
    assert count() == 0
