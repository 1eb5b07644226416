"""What is written goes to whom the writer saw, or nowhere."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Conversation, Message

HX = {"HX-Request": "true"}
WAYS: list[tuple[str, dict[str, Any]]] = [
    ("reply", {"body": "Your taxi is here"}),
    ("files", {"body": "The menu"}),
    ("schedule", {"body": "Your taxi is here", "when": "tomorrow"}),
    ("place", {"point": "40.4168, -3.7038"}),
    ("contact", {"name": "Radio Taxi", "phone": "+34 910 000 222"}),
    ("poll", {"question": "When?", "option": ["6", "7"]}),
]


@pytest.fixture
def thread_url(guest_writes: Callable[..., Conversation]) -> str:
    return f"/h/grand-plaza/c/{guest_writes('A1').id}"


def form_of(way: str, form: dict[str, Any], saw: str) -> dict[str, Any]:
    file = {"file": (io.BytesIO(b"%PDF-1.7 menu"), "menu.pdf")} if way == "files" else {}
    return {**form, **file, "client_ref": "r1", "saw": saw}


def sent() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Message).where(Message.direction == "out")
    return db.session.scalar(query) or 0


@pytest.mark.parametrize(("way", "form"), WAYS, ids=[way for way, _ in WAYS])
@pytest.mark.parametrize("saw", ["999999", "x", "-1", "9" * 5000, "１"])
def test_another_conversation_on_the_screen_sends_nothing(
    alice: FlaskClient, thread_url: str, way: str, form: dict[str, Any], saw: str
) -> None:
    answer = alice.post(f"{thread_url}/{way}", data=form_of(way, form, saw), headers=HX)
    assert answer.status_code == 422
    assert "another conversation was on the screen" in answer.text
    assert sent() == 0


@pytest.mark.parametrize(("way", "form"), WAYS, ids=[way for way, _ in WAYS])
def test_the_conversation_on_the_screen_gets_it(
    alice: FlaskClient, thread_url: str, way: str, form: dict[str, Any]
) -> None:
    saw = thread_url.rpartition("/")[2]
    answer = alice.post(f"{thread_url}/{way}", data=form_of(way, form, saw), headers=HX)
    assert answer.status_code in (200, 204), answer.text
    assert sent() == 1


@pytest.mark.parametrize("way", ["later", "place", "contact", "poll"])
def test_every_form_says_whom_it_is_for(alice: FlaskClient, thread_url: str, way: str) -> None:
    page = alice.get(f"{thread_url}/{way}").text
    assert f'name="saw" value="{thread_url.rpartition("/")[2]}"' in page
