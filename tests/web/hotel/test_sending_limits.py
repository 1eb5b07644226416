"""The form "Sending" on the line's page, and the button that asks a paused number."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Hotel, Instance
from tests.cast.own_messages import HX, ours, pause
from tests.cast.people import Cast

PAGE = "/h/grand-plaza/line"
GOOD = {"first_contacts_a_day": "7", "read_receipts": "seen", "interval-1": "250"}


def test_a_manager_changes_how_the_hotel_sends(alice: FlaskClient, cast: Cast) -> None:
    answer = alice.post(f"{PAGE}/rules", data=GOOD)
    assert answer.status_code == 303
    page = alice.get(answer.headers["Location"]).text
    assert "Saved." in page
    assert 'value="7"' in page
    assert 'value="seen" required checked' in page
    assert 'value="250"' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("first_contacts_a_day", "1001", "0 to 1,000 people"),
        ("first_contacts_a_day", "many", "whole number"),
        ("read_receipts", "always", "Choose when"),
        ("interval-1", "5", "20 to 60,000"),
        ("interval-1", "", "whole number"),
    ],
)
def test_a_slip_is_told_at_its_field_and_keeps_the_rest(
    alice: FlaskClient, cast: Cast, field: str, value: str, words: str
) -> None:
    answer = alice.post(f"{PAGE}/rules", data=GOOD | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="wrong-{field}"' in answer.text
    for name, typed in (GOOD | {field: value}).items():
        if name != "read_receipts":
            assert f'name="{name}"' in answer.text
            assert f'value="{typed}"' in answer.text
    assert db.session.get_one(Hotel, cast.hotel_id).first_contacts_a_day == 20


def test_the_desk_may_not(bob: FlaskClient, cast: Cast) -> None:
    assert bob.post(f"{PAGE}/rules", data=GOOD).status_code == 403
    assert db.session.get_one(Hotel, cast.hotel_id).first_contacts_a_day == 20


def test_a_pause_tells_what_waits_and_offers_to_try(
    alice: FlaskClient, bob: FlaskClient, cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    for ref in ("r1", "r2", "r3"):
        ours(cast, "queued", ref)
    pause(cast)
    desk = bob.get("/h/grand-plaza/").text
    assert "Scan the QR code again." in desk
    assert "3 messages wait here and go out by themselves, the oldest until" in desk
    assert "/line/1/try" in desk
    page = alice.get(PAGE).text
    assert "paused, tried again at" in page
    assert "3 messages, the oldest until" in page


def test_everybody_may_ask_and_is_told_what_happens(
    alice: FlaskClient, bob: FlaskClient, cast: Cast
) -> None:
    pause(cast)
    before = db.session.get_one(Instance, cast.instance_id).paused_until
    db.session.rollback()
    asked = bob.post(f"{PAGE}/1/try", headers=HX)
    assert asked.status_code == 200
    assert "Asked WhatsApp." in asked.text
    db.session.rollback()
    after = db.session.get_one(Instance, cast.instance_id).paused_until
    assert before is not None
    assert after is not None
    assert after < before
    back = bob.post(f"{PAGE}/1/try")
    assert back.headers["Location"] == "/h/grand-plaza/"
    assert "Asked WhatsApp." in bob.get("/h/grand-plaza/").text
    assert alice.post(f"{PAGE}/1/try?back=line").headers["Location"] == PAGE
    entries = db.session.scalars(
        db.select(AuditEntry).where(AuditEntry.action == "instance.ask_state")
    )
    assert len(entries.all()) == 3


def test_a_line_that_is_well_is_not_asked(bob: FlaskClient, cast: Cast) -> None:
    assert bob.post(f"{PAGE}/1/try", headers=HX).status_code == 200
    assert "Try now" not in bob.get("/h/grand-plaza/").text
