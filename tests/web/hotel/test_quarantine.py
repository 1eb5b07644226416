"""The quarantine page: what could not be read, and trying again."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import AuditEntry, Message, WebhookEvent
from inbox.services.intake import intake, receiving
from inbox.services.lines import incidents
from tests.cast.guest import incoming
from tests.cast.people import Cast

PAGE = "/h/grand-plaza/line/quarantine"


@pytest.fixture
def event_id(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """A message that a fault of ours kept out. The fault is gone again."""

    def fault(*_: object) -> str:
        raise KeyError("x")

    with monkeypatch.context() as broken:
        broken.setattr(intake, "apply", fault)
        body = incoming("A1", '<script>alert("x")</script>')
        assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "quarantined"
    return db.session.scalars(select(WebhookEvent.id)).one()


def messages() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_it_says_what_when_and_why_and_shows_the_body_as_text(
    alice: FlaskClient, event_id: int
) -> None:
    page = alice.get(PAGE).text
    assert "Message of a guest" in page
    assert "Lobby stumbled over it" in page
    assert "KeyError" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_trying_again_applies_it_once_and_is_on_record(
    alice: FlaskClient, cast: Cast, event_id: int
) -> None:
    address = f"{PAGE}/{event_id}/replay"
    answer = alice.post(address, follow_redirects=True)
    assert answer.status_code == 200
    assert "It is applied now." in answer.text
    assert "applied already" in alice.post(address, follow_redirects=True).text
    assert messages() == 1
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "webhook.replay")
    ).one()
    assert entry.actor == f"staff:{cast.alice_id}"


def test_all_at_once(alice: FlaskClient, cast: Cast, event_id: int) -> None:
    receiving.receive(cast.instance_id, b"not json")
    answer = alice.post(f"{PAGE}/replay", follow_redirects=True)
    assert "1 of 2 could be read now." in answer.text
    assert messages() == 1
    assert "tried again once" in answer.text


def test_what_nobody_can_use_is_left_and_no_alarm_any_more(
    alice: FlaskClient, bob: FlaskClient, cast: Cast
) -> None:
    receiving.receive(cast.instance_id, b"not json")
    event_id = db.session.scalars(select(WebhookEvent.id)).one()
    assert [one.kind for one in incidents.of_hotel(cast.hotel_id)] == [incidents.QUARANTINE]
    address = f"{PAGE}/{event_id}/leave"
    assert bob.post(address).status_code == 403
    assert "It is left as it is." in alice.post(address, follow_redirects=True).text
    assert incidents.of_hotel(cast.hotel_id) == []
    assert db.session.get_one(WebhookEvent, event_id).state == "ignored"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "webhook.leave")).one()
    assert entry.actor == f"staff:{cast.alice_id}"


def test_the_desk_and_strangers_can_neither_look_nor_try(
    bob: FlaskClient, charlie: FlaskClient, event_id: int
) -> None:
    for address in (f"{PAGE}/{event_id}/replay", f"{PAGE}/replay"):
        assert bob.post(address).status_code == 403
        assert charlie.post(address).status_code == 404
    assert charlie.post(f"/h/seaview/line/quarantine/{event_id}/replay").status_code == 404
    assert charlie.post("/h/seaview/line/quarantine/replay").status_code == 303
    assert messages() == 0


def test_older_ones_are_a_page_away(alice: FlaskClient, cast: Cast) -> None:
    for number in range(51):
        receiving.receive(cast.instance_id, b"no json %d" % number)
    page = alice.get(PAGE).text
    assert "no json 50" in page
    assert '<pre dir="auto">no json 0<' not in page
    older = page.partition("?before=")[2].partition('"')[0]
    assert "no json 0<" in alice.get(f"{PAGE}?before={older}").text
    assert alice.get(f"{PAGE}?before=x").status_code == 200


def test_nothing_there_is_said(alice: FlaskClient) -> None:
    assert "Everything that came in could be read." in alice.get(PAGE).text
