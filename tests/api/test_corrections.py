"""PATCH and DELETE: what a program changes in a message of its own, and takes back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Correction
from inbox.models.states import CorrectionKind
from inbox.services.messages import corrections
from tests.cast.program import CONTENTS, PHONE, Program, soon, was_sent
from tests.cast.rows import row
from tests.cast.webhooks import assert_error


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
