"""Errors in words: a page with a way out, or one line for htmx; programs keep their own answers."""

import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.extensions import db, let_go, limiter
from inbox.models import Hotel
from inbox.services.conversations import conversations
from tests.cast.people import PASSWORD, Cast

HX = {"HX-Request": "true"}


def test_a_page_that_is_not_there_has_a_way_out(alice: FlaskClient) -> None:
    answer = alice.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text
    assert "Nothing here" in answer.text


def test_htmx_gets_one_line(alice: FlaskClient) -> None:
    answer = alice.get("/h/grand-plaza/c/999", headers=HX)
    assert answer.status_code == 404
    assert answer.text.strip().startswith("<p>")
    assert "<html" not in answer.text


def test_our_own_mistake_is_admitted_without_details(
    app: Flask, alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(conversations, "page", break_down)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = alice.get("/h/grand-plaza/")
    assert answer.status_code == 500
    assert "Our mistake" in answer.text
    assert "secret detail" not in answer.text


def test_too_many_wrong_passwords_must_wait(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    client = app.test_client()

    def tries(*names: str) -> list[int]:
        return [
            client.post("/sign-in", data={"email": name, "password": "wrong"}).status_code
            for name in names
        ]

    assert tries(*["alice@example.com"] * 6) == [401] * 5 + [429]
    assert tries(*[f"{n}@example.com" for n in range(6)]) == [401] * 5 + [429]
    answer = client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    assert answer.status_code == 429
    assert "One moment" in answer.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_an_address_that_takes_no_such_request_is_405(alice: FlaskClient, method: str) -> None:
    assert getattr(alice, method)("/h/grand-plaza/").status_code == 405


def test_programs_do_not_get_our_pages(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert "To the inbox" not in answer.text


def test_a_connection_that_broke_is_let_go_without_a_word(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_dialect: object, _connection: object) -> None:
        raise sqlite3.OperationalError("server closed the connection")

    db.session.get_one(Hotel, cast.hotel_id)
    with monkeypatch.context() as broken:
        broken.setattr(type(db.engine.dialect), "do_rollback", gone)
        let_go()
    assert db.session.get_one(Hotel, cast.hotel_id).slug == cast.slug
