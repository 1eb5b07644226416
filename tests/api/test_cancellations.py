"""POST …/cancel and …/retry, and which messages a program may not touch at all."""

import pytest
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import AuditEntry
from tests.cast.program import CONTENTS, PHONE, Program, failed, soon, was_sent
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

ACTS = ("cancel", "retry", "reaction")


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
