"""Changing and deleting what went out: in words, in time, and without losing what was typed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Correction
from inbox.services.transaction import transaction
from tests.cast.own_messages import HX, ours
from tests.cast.people import Cast

THREAD = "/h/grand-plaza/c/1"


@pytest.fixture(autouse=True)
def _a_guest(guest_writes: Callable[..., Conversation]) -> None:
    guest_writes("A1")


def wishes() -> list[tuple[str, str, str]]:
    db.session.rollback()
    found = db.session.scalars(db.select(Correction).order_by(Correction.id))
    return [(one.kind, one.body, one.state) for one in found]


def test_the_form_has_the_text(alice: FlaskClient, cast: Cast) -> None:
    form = alice.get(f"{ours(cast, 'sent')}/edit", headers=HX).text
    assert ">The pool opens at 8</textarea>" in form


def test_a_change_is_under_way_until_whatsapp_took_it(alice: FlaskClient, cast: Cast) -> None:
    answer = alice.post(f"{ours(cast, 'sent')}/edit", data={"body": "At 9"}, headers=HX)
    assert (answer.status_code, answer.text) == (200, "")
    assert wishes() == [("edit", "At 9", "waiting")]
    assert "Changing…" in alice.get(THREAD).text


def test_without_scripts_it_leads_back_to_the_thread(alice: FlaskClient, cast: Cast) -> None:
    address = ours(cast, "sent")
    answer = alice.post(f"{address}/edit", data={"body": "At 9"})
    assert (answer.status_code, answer.headers["Location"]) == (303, THREAD)
    answer = alice.post(f"{address}/delete")
    assert answer.headers["Location"] == THREAD
    assert wishes() == [("edit", "At 9", "failed"), ("delete", "", "waiting")]
    assert "Deleting…" in alice.get(THREAD).text


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001, "a\0b"])
def test_what_cannot_be_sent_stays_in_the_form_with_the_reason(
    alice: FlaskClient, cast: Cast, body: str
) -> None:
    address = ours(cast, "sent")
    fragment = alice.post(f"{address}/edit", data={"body": body}, headers=HX)
    assert fragment.status_code == 422
    assert "<" not in fragment.text
    page = alice.post(f"{address}/edit", data={"body": body})
    assert page.status_code == 422
    assert fragment.text.strip() in page.text
    assert f">{body}</textarea>" in page.text
    assert wishes() == []


def test_too_late_is_said_and_the_text_is_kept(alice: FlaskClient, cast: Cast) -> None:
    address = ours(cast, "sent", accepted_at=clock.now() - timedelta(minutes=16))
    late = alice.post(f"{address}/edit", data={"body": "My long text"})
    assert late.status_code == 422
    assert "for 15 minutes only" in late.text
    assert ">My long text</textarea>" in late.text
    assert wishes() == []


def test_a_change_that_whatsapp_refused_is_told(alice: FlaskClient, cast: Cast) -> None:
    alice.post(f"{ours(cast, 'sent')}/edit", data={"body": "At 9"})
    with transaction() as work:
        words = "WhatsApp did not take the change."
        work.session.execute(update(Correction).values(state="failed", failure_text=words))
    page = alice.get(THREAD).text
    assert "WhatsApp did not take the change. The guest still sees this text." in page
    assert "The pool opens at 8" in page
