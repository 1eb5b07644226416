"""What a program may ask about a message of the hotel, and change of its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from inbox import clock
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Correction, Instance, Message
from inbox.models.states import CorrectionKind
from inbox.services.messages import corrections
from tests.cast import desk
from tests.cast.people import Cast
from tests.cast.program import CONTENTS, PHONE, Program, failed, soon, was_sent
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]
ACTS = ("cancel", "retry", "reaction")


@pytest.fixture
def typed(cast: Cast, guest_writes: Writes) -> int:
    """A reply that Alice typed."""
    conversation = guest_writes("A1", "A guest's words")
    return desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Alice's words", "r1").id


class TestAsking:
    """GET one message, and lists of them."""

    def test_all_about_one(self, program: Program, cast: Cast) -> None:
        message_id = program.sent(client_ref="booking-7")
        told = program.get(message_id).json
        assert told["message_id"] == message_id
        assert (told["status"], told["kind"], told["sent_by"]) == ("queued", "text", "program")
        assert (told["client_ref"], told["id_instance"]) == ("booking-7", cast.id_instance)
        assert told["attempts"] == 0
        nothing = ("hold", "failure", "cancelled", "correction", "id_message", "send_at", "read_at")
        assert [told[name] for name in nothing] == [None] * len(nothing)
        assert told["needs_decision"] is False

    def test_nobodys_words_are_told(self, program: Program, typed: int) -> None:
        answer = program.get(typed)
        assert answer.json["sent_by"] == "person"
        assert answer.json["client_ref"] is None
        listed = program.list(conversation_id=row(typed).conversation_id)
        for text in (answer.text, listed.text):
            assert "words" not in text
            assert "Alice" not in text

    def test_a_failure_says_why(self, program: Program) -> None:
        message_id = program.sent()
        failed(message_id)
        failure = program.get(message_id).json["failure"]
        assert failure == {"code": "no_account", "message": "This number has no WhatsApp."}

    def test_a_wait_says_why(self, program: Program, cast: Cast) -> None:
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

    def test_an_unconfirmed_message_is_shown_and_left_to_a_person(self, program: Program) -> None:
        message_id = program.sent()
        message = row(message_id)
        message.status, message.rank, message.checks = "unconfirmed", 2, 9
        db.session.commit()
        assert program.get(message_id).json["needs_decision"] is True
        assert_error(program.act(message_id, "retry"), 409, "conflict")

    def test_a_guests_message_is_not_there(self, program: Program, guest_writes: Writes) -> None:
        guest_writes("A1")
        assert_error(program.get(db.session.scalars(select(Message.id)).one()), 404, "not_found")

    def test_a_reference_finds_its_message(self, program: Program, stranger: Program) -> None:
        message_id = program.sent(client_ref="booking-7")
        stranger.sent(client_ref="booking-7")
        found = program.list(client_ref="booking-7").json
        assert [one["message_id"] for one in found["messages"]] == [message_id]
        assert program.list(client_ref="another").json == {"messages": [], "older": None}

    def test_a_conversation_in_pages_without_gap_or_double(
        self, program: Program, guest_writes: Writes
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
        self, program: Program, guest_writes: Writes
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

    def test_another_hotels_conversation_is_not_there(
        self, stranger: Program, guest_writes: Writes
    ) -> None:
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
    def test_a_bad_question_is_named(
        self, program: Program, query: dict[str, Any], field: str
    ) -> None:
        answer = program.list(**query)
        assert_error(answer, 422, "invalid")
        assert field in answer.json["error"]["fields"]

    @pytest.mark.parametrize("before", ["", "x", "é", "MTIz", "LTE=", "0" * 5_000])
    def test_a_broken_place_in_the_list_is_named(
        self, program: Program, before: str, guest_writes: Writes
    ) -> None:
        answer = program.list(conversation_id=guest_writes("A1").id, before=before)
        assert_error(answer, 422, "invalid")
        assert set(answer.json["error"]["fields"]) == {"before"}


def test_another_hotels_messages_are_not_there(program: Program, stranger: Program) -> None:
    message_id = program.sent()
    answers = [
        stranger.get(message_id),
        stranger.call("PATCH", message_id, json={"text": "Other"}),
        stranger.call("DELETE", message_id),
        *(stranger.act(message_id, act) for act in ACTS),
    ]
    for answer in answers:
        assert_error(answer, 404, "not_found")
    assert row(message_id).status == "queued"


def test_what_a_person_wrote_is_theirs(program: Program, typed: int) -> None:
    for answer in (
        program.act(typed, "cancel"),
        program.act(typed, "retry"),
        program.call("PATCH", typed, json={"text": "Other"}),
        program.call("DELETE", typed),
    ):
        assert_error(answer, 403, "forbidden")
    assert row(typed).status == "queued"


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, "9" * 5_000, -1, "x", "1.0", "%00"])
def test_an_id_that_is_none_is_404(program: Program, number: object) -> None:
    assert_error(program.get(number), 404, "not_found")
    assert_error(program.call("PATCH", number, json={"text": "Other"}), 404, "not_found")
    assert_error(program.call("DELETE", number), 404, "not_found")
    assert_error(program.act(number, "cancel"), 404, "not_found")


class TestCancel:
    """POST …/cancel."""

    @pytest.mark.parametrize("more", [{}, {"send_at": soon(hours=1)}], ids=["queued", "scheduled"])
    def test_what_has_not_left_is_called_back_once(
        self, program: Program, more: dict[str, str]
    ) -> None:
        message_id = program.sent(client_ref="booking-7", **more)
        answers = [program.act(message_id, "cancel") for _ in range(2)]
        for answer in answers:
            assert answer.status_code == 200
            assert (answer.json["status"], answer.json["cancelled"]) == ("cancelled", "called_back")
            assert answer.json["failure"] is None
        again = program.send(client_ref="booking-7", **more)
        assert (again.status_code, again.json["message_id"]) == (200, message_id)
        entries = select(AuditEntry).where(AuditEntry.action == "message.cancel")
        assert [one.actor[:6] for one in db.session.scalars(entries)] == ["token:"]

    def test_what_has_left_is_too_late(self, program: Program) -> None:
        message_id = program.sent()
        was_sent(message_id)
        assert_error(program.act(message_id, "cancel"), 409, "conflict")


class TestRetry:
    """POST …/retry."""

    def test_another_attempt_is_a_message_of_its_own_and_only_one(self, program: Program) -> None:
        message_id = program.sent()
        failed(message_id)
        first, second = program.act(message_id, "retry"), program.act(message_id, "retry")
        assert (first.status_code, second.status_code) == (202, 200)
        assert first.json["message_id"] == second.json["message_id"] != message_id
        assert first.json["status"] == "queued"
        assert program.get(message_id).json["cancelled"] == "retried"

    @pytest.mark.parametrize("kind", CONTENTS)
    def test_with_the_same_content(self, program: Program, kind: str) -> None:
        message_id = program.send({"phone": PHONE, kind: CONTENTS[kind]}).json["message_id"]
        failed(message_id)
        attempt = row(program.act(message_id, "retry").json["message_id"])
        original = row(message_id)
        assert (attempt.kind, attempt.body) == (kind, original.body)
        assert attempt.payload == original.payload

    def test_what_did_not_fail_is_a_conflict(self, program: Program) -> None:
        message_id = program.sent()
        assert_error(program.act(message_id, "retry"), 409, "conflict")
        program.act(message_id, "cancel")
        assert_error(program.act(message_id, "retry"), 409, "conflict")


class TestChange:
    """PATCH."""

    def change(self, program: Program, message_id: int, **changes: Any) -> Any:
        return program.call("PATCH", message_id, json=changes)

    def test_what_the_guest_has_is_changed_there(self, program: Program) -> None:
        message_id = program.sent()
        was_sent(message_id)
        answer = self.change(program, message_id, text="Your room is almost ready.")
        assert answer.status_code == 202
        assert answer.json["correction"] == {"kind": "edit", "state": "waiting", "message": None}
        correction = db.session.scalars(select(Correction)).one()
        assert (correction.body, correction.author_id) == ("Your room is almost ready.", None)

    def test_a_scheduled_one_gets_another_text_and_time(self, program: Program) -> None:
        message_id = program.sent(send_at=soon(hours=1), expires_in=600)
        at = soon(hours=2)
        assert self.change(program, message_id, text="Later", send_at=at).status_code == 202
        message = row(message_id)
        assert message.body == "Later"
        assert message.scheduled_for is not None
        assert message.scheduled_for.isoformat() == at
        assert message.expires_at == message.scheduled_for + timedelta(minutes=10)
        assert self.change(program, message_id, text="Much later").json["send_at"] == at
        assert row(message_id).body == "Much later"
        assert self.change(program, message_id, send_at=soon(hours=3)).status_code == 202
        assert row(message_id).body == "Much later"

    @pytest.mark.parametrize("minutes", [16, 60 * 24])
    def test_too_late_is_a_conflict(self, program: Program, minutes: int) -> None:
        message_id = program.sent()
        was_sent(message_id, accepted_at=clock.now() - timedelta(minutes=minutes))
        answer = self.change(program, message_id, text="Other")
        assert_error(answer, 409, "conflict")
        assert answer.json["error"]["message"] == corrections.TOO_LATE[CorrectionKind.EDIT]

    def test_what_is_under_way_is_a_conflict(self, program: Program) -> None:
        message_id = program.sent()
        assert_error(self.change(program, message_id, text="Other"), 409, "conflict")
        assert_error(self.change(program, message_id, send_at=soon(hours=1)), 409, "conflict")

    def test_only_a_text_can_be_changed(self, program: Program) -> None:
        order = {"phone": PHONE, "location": CONTENTS["location"]}
        message_id = program.send(order).json["message_id"]
        was_sent(message_id)
        assert_error(self.change(program, message_id, text="Other"), 409, "conflict")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({}, "text"),
            ({"text": ""}, "text"),
            ({"text": "x" * 20_001}, "text"),
            ({"text": None}, "text"),
            ({"send_at": "soon"}, "send_at"),
            ({"send_at": "2020-01-01T00:00:00Z"}, "send_at"),
            ({"text": "Other", "phone": PHONE}, "phone"),
        ],
        ids=str,
    )
    def test_a_bad_field_is_named(
        self, program: Program, changes: dict[str, Any], field: str
    ) -> None:
        message_id = program.sent(send_at=soon(hours=1))
        answer = self.change(program, message_id, **changes)
        assert_error(answer, 422, "invalid")
        assert field in answer.json["error"]["fields"]


class TestDelete:
    """DELETE."""

    def test_it_is_taken_back_from_the_phone(self, program: Program) -> None:
        message_id = program.sent()
        was_sent(message_id)
        answer = program.call("DELETE", message_id)
        assert answer.status_code == 202
        assert answer.json["correction"]["kind"] == "delete"
        message = row(message_id)
        message.deleted_at = clock.now()
        db.session.commit()
        assert program.call("DELETE", message_id).status_code == 202

    def test_what_has_not_left_is_to_be_cancelled(self, program: Program) -> None:
        assert_error(program.call("DELETE", program.sent()), 409, "conflict")

    def test_after_two_days_it_is_too_late(self, program: Program) -> None:
        message_id = program.sent()
        was_sent(message_id, accepted_at=clock.now() - timedelta(days=2))
        assert_error(program.call("DELETE", message_id), 409, "conflict")


def test_a_reaction_cannot_be_sent_and_says_so(program: Program) -> None:
    answer = program.act(program.sent(), "reaction")
    assert_error(answer, 409, "conflict")
    assert "Green API" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "1"),
        ("PUT", "1"),
        ("GET", "1/cancel"),
        ("GET", "1/retry"),
        ("DELETE", "1/reaction"),
    ],
)
def test_a_wrong_method_is_a_json_405(program: Program, method: str, address: str) -> None:
    answer = program.call(method, address)
    assert_error(answer, 405, "method_not_allowed")
    assert "OPTIONS" in answer.headers["Allow"]
