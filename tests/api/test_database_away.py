"""A database that does not answer is 503 in the door's own manner, and nothing is lost (D2)."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from inbox.config import Settings
from inbox.extensions import db
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.webhooks import assert_error, post

SEND = "/api/v1/whatsapp/send"
pytestmark = pytest.mark.only_on("sqlite")  # a server's database is not a file


@pytest.fixture
def database(app: Flask) -> Path:
    """The file of the database, for which nobody waits longer than a moment."""
    settings: Settings = app.config["LOBBY"]

    @event.listens_for(db.engine, "checkout")
    def _impatient(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    return settings.data_dir / "lobby.db"


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Somebody else is writing and does not finish."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def gone(database: Path, by: str) -> Iterator[None]:
    """The file is not there, or something else is in its place."""
    db.session.remove()
    db.engine.dispose()
    aside = database.with_name("aside.db")
    shutil.move(database, aside)
    if by == "folder":
        database.mkdir()
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()
        for rest in database.parent.glob("lobby.db*"):
            rest.rmdir() if rest.is_dir() else rest.unlink()
        shutil.move(aside, database)


def test_a_webhook_to_a_locked_database_is_503_and_taken_the_next_time(
    client: FlaskClient, database: Path
) -> None:
    with locked(database):
        answer = post(client, incoming("A1"))
        assert_error(answer, 503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    assert post(client, incoming("A1")).json == {"status": "applied"}


@pytest.mark.parametrize("by", ["nothing", "folder"])
def test_a_webhook_without_a_database_is_503_and_taken_the_next_time(
    client: FlaskClient, database: Path, by: str
) -> None:
    with gone(database, by):
        answer = post(client, incoming("A1"))
        assert_error(answer, 503, "unavailable")
        assert "Retry-After" in answer.headers
    assert post(client, incoming("A1")).json == {"status": "applied"}


@pytest.mark.parametrize("by", ["nothing", "folder"])
def test_no_webhook_is_refused_for_a_wrong_token_because_the_database_is_away(
    client: FlaskClient, database: Path, by: str
) -> None:
    with gone(database, by):
        assert_error(post(client, b"not json"), 503, "unavailable")


def test_a_program_is_told_to_come_back(client: FlaskClient, database: Path, token: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    order = {"phone": "+44 7700 900318", "message": "Hello", "client_ref": "1"}
    with locked(database):
        answer = client.post(SEND, json=order, headers=bearer)
        assert_error(answer, 503, "unavailable")
    assert client.post(SEND, json=order, headers=bearer).status_code == 202


def test_a_person_reads_it_in_words(database: Path, alice: FlaskClient, cast: Cast) -> None:
    with gone(database, "folder"):
        answer = alice.get(f"/h/{cast.slug}/")
    assert answer.status_code == 503
    assert "database does not answer" in answer.text
    assert "sqlite" not in answer.text.lower()


def test_a_reply_to_a_locked_database_says_so_and_is_not_half_kept(
    database: Path, alice: FlaskClient, cast: Cast, guest_writes: Any
) -> None:
    conversation_id = guest_writes("A1").id
    db.session.rollback()
    address = f"/h/{cast.slug}/c/{conversation_id}/reply"
    reply = {"body": "Yes", "client_ref": "r1"}
    with locked(database):
        answer = alice.post(address, data=reply, headers={"HX-Request": "true"})
        assert answer.status_code == 503
        assert "database does not answer" in answer.text
    assert alice.post(address, data=reply, headers={"HX-Request": "true"}).status_code == 200
