"""No other site can make a signed-in browser do anything: every act needs the page's token."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast.people import Cast, signed_in

TOKENS_IN_HEADERS = ("/api/",)


@pytest.fixture
def browser(app: Flask, cast: Cast) -> FlaskClient:
    """Alice's browser, and the guard awake."""
    client = signed_in(app, "alice")
    app.config["WTF_CSRF_ENABLED"] = True
    return client


def acts(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, re.sub(r"<int:\w+>", "1", rule.rule).replace("<slug>", "grand-plaza"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if not rule.rule.startswith(TOKENS_IN_HEADERS)
    ]


def test_every_act_needs_the_token(app: Flask, browser: FlaskClient) -> None:
    found = acts(app)
    assert len(found) >= 8
    for method, address in found:
        for headers in ({}, {"HX-Request": "true"}, {"X-CSRFToken": "wrong"}):
            answer = browser.open(address, method=method, headers=headers)
            assert answer.status_code == 400, f"{method} {address}"
            assert "open for too long" in answer.text


def test_another_sessions_token_is_no_good(app: Flask, browser: FlaskClient) -> None:
    token = _token(app.test_client(), "/sign-in")
    answer = browser.post("/sign-out", headers={"X-CSRFToken": token})
    assert answer.status_code == 400


def test_the_pages_own_token_opens(app: Flask, browser: FlaskClient) -> None:
    token = _token(browser, "/h/grand-plaza/")
    assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_the_sign_in_form_carries_one(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    token = _token(client, "/sign-in")
    data = {"email": "alice@example.com", "password": "a long enough password"}
    assert client.post("/sign-in", data=data).status_code == 400
    assert client.post("/sign-in", data=data | {"csrf_token": token}).status_code == 303


def test_nothing_changes_by_merely_looking(app: Flask) -> None:
    """A link or an image on another site sends GET with the cookie: no act may hang on it."""
    looks = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    words = {rule.endpoint.rpartition(".")[2] for rule in looks}
    acts = "reply done finish seen retry discard cancel reopen leave sign_out waive check_again"
    acts += " arrived send_again edit delete forward fetch_again try_line set_rules"
    acts += " introduce send_place send_contact send_poll schedule reschedule unschedule send_now"
    assert not words & set(acts.split())


def _token(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]
