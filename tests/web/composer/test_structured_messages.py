"""Places, contact cards and polls from the desk: a form, a bubble, words beside a wrong field."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Conversation, Message
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}
PLACE = {"point": "40.4168, -3.7038", "name": "Entrance", "address": "Plaza Mayor 1"}
CARD = {"name": "Radio Taxi", "phone": "+34 910 000 222"}
POLL = {"question": "When?", "option": ["06:30", "", "07:00"], "multiple": "on"}
KINDS: list[tuple[str, dict[str, Any]]] = [("place", PLACE), ("contact", CARD), ("poll", POLL)]


@pytest.fixture
def thread_url(guest_writes: Writes) -> str:
    return f"/h/grand-plaza/c/{guest_writes('A1').id}"


def sent() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.direction == "out")))


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_it_is_queued_and_answers_with_its_bubble(
    alice: FlaskClient, thread_url: str, kind: str, form: dict[str, Any]
) -> None:
    answer = alice.post(f"{thread_url}/{kind}", data={**form, "client_ref": "r1"}, headers=HX)
    assert answer.status_code == 200, answer.text
    (message,) = sent()
    assert f'id="m-{message.id}"' in answer.text
    assert 'data-client-ref="r1"' in answer.text
    assert "<html" not in answer.text
    assert message.status == "queued"
    assert message.kind == {"place": "location"}.get(kind, kind)


def test_what_was_typed_is_what_is_sent(alice: FlaskClient, thread_url: str) -> None:
    for kind, form in KINDS:
        alice.post(f"{thread_url}/{kind}", data={**form, "client_ref": kind})
    place, card, poll = sent()
    assert place.payload == {
        "latitude": 40.4168,
        "longitude": -3.7038,
        "name": "Entrance",
        "address": "Plaza Mayor 1",
    }
    assert card.payload == {"display_name": "Radio Taxi", "phone": "34910000222"}
    assert (poll.body, poll.payload) == ("When?", {"options": ["06:30", "07:00"], "multiple": True})


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_without_scripts_it_is_a_page_and_leads_back(
    alice: FlaskClient, thread_url: str, kind: str, form: dict[str, Any]
) -> None:
    page = alice.get(f"{thread_url}/{kind}").text
    assert "<html" in page
    assert f'action="{thread_url}/{kind}"' in page
    fragment = alice.get(f"{thread_url}/{kind}", headers=HX).text
    assert "<html" not in fragment
    ref = re.findall(r'name="client_ref" value="([^"]+)"', page)[0]
    answer = alice.post(f"{thread_url}/{kind}", data={**form, "client_ref": ref})
    assert (answer.status_code, answer.headers["Location"]) == (303, thread_url)


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_a_double_click_sends_once(
    alice: FlaskClient, thread_url: str, kind: str, form: dict[str, Any]
) -> None:
    data = {**form, "client_ref": "r1"}
    first, second = (
        alice.post(f"{thread_url}/{kind}", data=data, headers=HX).text for _ in range(2)
    )
    assert first == second
    assert len(sent()) == 1


@pytest.mark.parametrize(
    ("kind", "form", "field", "words"),
    [
        ("place", PLACE | {"point": "Plaza & Mayor"}, "point", "could not be read"),
        ("place", PLACE | {"point": ""}, "point", "Where is it?"),
        ("place", PLACE | {"name": "x" * 201}, "name", "at most 200"),
        ("place", PLACE | {"address": "a\0b"}, "address", "cannot be sent"),
        ("contact", CARD | {"phone": "910 000 222"}, "phone", "country code"),
        ("contact", CARD | {"name": " "}, "name", "Write a name"),
        ("poll", POLL | {"option": ["one", "", " "]}, "options", "2 to 12 answers"),
        ("poll", POLL | {"option": ["one", "one "]}, "options", "are the same"),
        ("poll", POLL | {"question": ""}, "question", "Write the question"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    alice: FlaskClient, thread_url: str, kind: str, form: dict[str, Any], field: str, words: str
) -> None:
    for headers in ({}, HX):
        answer = alice.post(
            f"{thread_url}/{kind}", data={**form, "client_ref": "r1"}, headers=headers
        )
        assert answer.status_code == 422
        assert words in answer.text.split(f'id="wrong-{field}"')[1].split("</p>")[0]
        assert ("<html" in answer.text) == (not headers)
        for typed in form.values():
            for one in typed if isinstance(typed, list) else [typed]:
                assert not one.strip() or one.replace("&", "&amp;") in answer.text
    assert sent() == []


def test_a_form_that_changed_after_it_was_sent_is_not_taken_for_the_first(
    alice: FlaskClient, thread_url: str
) -> None:
    """The answer got lost, the person corrected the place and pressed again."""
    alice.post(f"{thread_url}/place", data={**PLACE, "client_ref": "r1"})
    moved = {**PLACE, "point": "41, 2", "client_ref": "r1"}
    answer = alice.post(f"{thread_url}/place", data=moved, headers=HX)
    assert answer.status_code == 422
    assert "on its way already" in answer.text
    assert 'value="r1"' not in answer.text
    assert len(sent()) == 1


def test_the_form_goes_with_a_group_too(alice: FlaskClient, guest_writes: Writes) -> None:
    group = guest_writes("G1", chat_id="120363043968066561@g.us", name="Wedding")
    url = f"/h/grand-plaza/c/{group.id}/poll"
    assert alice.get(url).status_code == 200
    assert alice.post(url, data={**POLL, "client_ref": "r1"}, headers=HX).status_code == 200


def test_the_composer_leads_there(alice: FlaskClient, thread_url: str, cast: Cast) -> None:
    page = alice.get(thread_url).text
    for kind in ("place", "contact", "poll"):
        assert f'href="{thread_url}/{kind}"' in page
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
