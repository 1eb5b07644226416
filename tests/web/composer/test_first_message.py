"""A conversation with a new number, from the desk."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox.extensions import db, limiter
from inbox.models import Conversation, Message
from inbox.services.lines import instances
from tests.cast.people import API_URL, Cast
from tests.cast.provider import answers, url
from tests.cast.rows import count

Writes = Callable[..., Conversation]
HX = {"HX-Request": "true"}
FORM = {
    "phone": "+44 7700 900318",
    "name": "Lucía",
    "body": "Your room <is> ready",
    "client_ref": "r1",
}


@pytest.fixture
def provider() -> Iterator[responses.RequestsMock]:
    """Green API, which knows every number."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        answers(mock, "checkWhatsapp", {"existsWhatsapp": True})
        yield mock


@pytest.fixture
def limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits, awake."""
    monkeypatch.setattr(limiter, "enabled", True)


def post(client: FlaskClient, headers: dict[str, str] | None = None, **more: str) -> Any:
    return client.post("/h/grand-plaza/new", data=FORM | more, headers=headers or {})


def test_the_list_has_a_button_and_the_form_is_a_page_too(bob: FlaskClient, cast: Cast) -> None:
    assert 'href="/h/grand-plaza/new"' in bob.get("/h/grand-plaza/").text
    assert "<html" in bob.get("/h/grand-plaza/new").text
    fragment = bob.get("/h/grand-plaza/new", headers=HX).text
    assert "<html" not in fragment
    assert 'name="instance"' not in fragment


def test_it_leads_to_the_new_thread(bob: FlaskClient, provider: responses.RequestsMock) -> None:
    answer = post(bob, HX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/h/grand-plaza/c/1")
    again = post(bob)
    assert (again.status_code, again.headers["Location"]) == (303, "/h/grand-plaza/c/1")
    page = bob.get("/h/grand-plaza/c/1").text
    assert "Your room &lt;is&gt; ready" in page
    assert "Lucía" in page
    assert "is checked when" not in page
    assert count(Message) == 1


def test_what_could_not_be_checked_is_said_once_in_the_thread(bob: FlaskClient, cast: Cast) -> None:
    where = post(bob).headers["Location"]
    assert "is checked when the message goes out" in bob.get(where).text
    assert "is checked when" not in bob.get(where).text


def test_a_number_without_whatsapp_stands_beside_its_field(
    bob: FlaskClient, provider: responses.RequestsMock
) -> None:
    provider.replace(responses.POST, url("checkWhatsapp"), json={"existsWhatsapp": False})
    for headers in ({}, HX):
        answer = post(bob, headers)
        assert answer.status_code == 422
        assert "has no WhatsApp" in answer.text.split('id="wrong-phone"')[1].split("</p>")[0]
        for typed in ("+44 7700 900318", "Lucía", ">Your room &lt;is&gt; ready</textarea>"):
            assert typed in answer.text
    assert count(Conversation) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "600 123 456"}, "phone"),
        ({"phone": "a\0b"}, "phone"),
        ({"body": " "}, "body"),
        ({"body": "a\0b"}, "body"),
        ({"instance": "2"}, ""),
        ({"instance": "1" * 4301}, ""),
        ({"client_ref": "x" * 101}, ""),
    ],
)
def test_what_is_wrong_is_said_in_words(
    bob: FlaskClient, provider: responses.RequestsMock, change: dict[str, str], field: str
) -> None:
    answer = post(bob, HX, **change)
    assert answer.status_code == 422
    assert not field or f'id="wrong-{field}"' in answer.text
    assert re.search(r'class="(field-)?problem"[^>]*>\S', answer.text)
    assert count(Message) == 0


def test_a_known_number_opens_its_thread_with_the_text_in_the_box(
    bob: FlaskClient, guest_writes: Writes
) -> None:
    known = guest_writes("A1", "I am coming").id
    fragment = post(bob, HX)
    assert fragment.status_code == 200
    assert fragment.headers["HX-Push-Url"] == f"/h/grand-plaza/c/{known}"
    for page in (fragment.text, post(bob).text):
        assert ">Your room &lt;is&gt; ready</textarea>" in page
        assert "conversation with this number already" in page
        assert "I am coming" in page
    assert count(Message) == 1


def test_with_several_numbers_one_is_chosen(
    bob: FlaskClient, provider: responses.RequestsMock
) -> None:
    spa = instances.add(
        "grand-plaza", instances.Access(1101000009, "0" * 50, api_url=API_URL)
    ).instance.id
    assert 'name="instance"' in bob.get("/h/grand-plaza/new").text
    refused = post(bob, HX)
    assert "Choose which" in refused.text.split('id="wrong-instance"')[1]
    assert post(bob, HX, instance=str(spa)).status_code == 204
    assert db.session.scalars(select(Conversation.instance_id)).one() == spa


def test_many_new_numbers_in_a_minute_are_refused_in_words_and_the_text_stays(
    bob: FlaskClient, alice: FlaskClient, provider: responses.RequestsMock, limits: None
) -> None:
    statuses = [
        post(bob, HX, phone=f"+44 7700 9003{n:02}", client_ref=f"r{n}").status_code
        for n in range(7)
    ]
    assert statuses == [204] * 6 + [429]
    refused = post(bob)
    assert "lot of new numbers" in refused.text
    assert ">Your room &lt;is&gt; ready</textarea>" in refused.text
    assert post(alice, HX, phone="+44 7700 900399").status_code == 204
