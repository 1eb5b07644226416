"""Forwarding: choosing a conversation of the same hotel, then sending."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Conversation, Message
from tests.cast.own_messages import HX
from tests.cast.people import Cast

ADDRESS = "/h/grand-plaza/m/1/forward"
Writes = Callable[..., Conversation]


@pytest.fixture(autouse=True)
def taxi(guest_writes: Writes) -> int:
    """The taxi company, which wrote after the guest."""
    guest_writes("A1", "Terminal 4, please")
    return guest_writes("T1", chat_id="447700900999@c.us", name="Taxi Rojo").id


def sent() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Message).where(Message.direction == "out")
    return db.session.scalar(query) or 0


def test_the_other_conversations_are_offered_and_searched(alice: FlaskClient) -> None:
    offered = alice.get(ADDRESS, headers=HX).text
    assert "Taxi Rojo" in offered
    assert "Lucía" not in offered  # it is her message
    assert "Taxi Rojo" in alice.get(f"{ADDRESS}?q=900999", headers=HX).text
    nobody = alice.get(f"{ADDRESS}?q=<nobody>", headers=HX).text
    assert "No conversation has “&lt;nobody&gt;” in it." in nobody


def test_for_htmx_it_is_told_without_scripts_the_thread_shows_it(
    alice: FlaskClient, taxi: int
) -> None:
    told = alice.post(ADDRESS, data={"to": taxi, "client_ref": "f1"}, headers=HX)
    assert (told.status_code, told.text) == (200, '<p class="calm">Forwarded to Taxi Rojo.</p>')
    answer = alice.post(ADDRESS, data={"to": taxi, "client_ref": "f2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/h/grand-plaza/c/{taxi}")
    page = alice.get(answer.headers["Location"]).text
    assert page.count("Forwarded</p>") == 2
    assert "Forwarded to Taxi Rojo." in page


def test_a_double_click_forwards_once(alice: FlaskClient, taxi: int) -> None:
    for _ in range(2):
        assert alice.post(ADDRESS, data={"to": taxi, "client_ref": "f1"}).status_code == 303
    assert sent() == 1


@pytest.mark.parametrize("to", ["", "x", "-1", "9" * 30])
def test_who_it_goes_to_must_be_said(alice: FlaskClient, to: str) -> None:
    answer = alice.post(ADDRESS, data={"to": to, "client_ref": "f1"}, headers=HX)
    assert answer.status_code == 400
    assert "whom to forward" in answer.text
    assert sent() == 0


def test_another_hotels_conversation_is_not_there(charlie: FlaskClient, cast: Cast) -> None:
    answer = charlie.post(ADDRESS.replace("grand-plaza", "seaview"), data={"to": "1"})
    assert answer.status_code == 404
    assert sent() == 0
