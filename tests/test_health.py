"""GET /healthz and /readyz: which part does not answer is said by name."""

import shutil
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.config import Settings
from inbox.dispatch.link import Link
from inbox.extensions import db


class Answering:
    """A Redis that is there."""

    def ping(self) -> bool:
        return True


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Whoever watches the process."""
    return app.test_client()


@pytest.fixture
def redis(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """In these tests Redis is away, unless this is asked for."""
    monkeypatch.setattr(Link, "client", Answering())


@pytest.mark.usefixtures("redis")
def test_ready_when_both_answer(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "redis": "ok"}


def test_redis_away_is_said(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "database": "ok",
        "redis": "does not answer",
    }


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize("instead", ["nothing", "an empty file", "no database"])
@pytest.mark.only_on("sqlite")
def test_a_database_away_or_not_migrated_is_said(
    app: Flask, client: FlaskClient, instead: str
) -> None:
    settings: Settings = app.config["LOBBY"]
    db.session.remove()
    db.engine.dispose()
    file = settings.data_dir / "lobby.db"
    shutil.move(file, file.with_name("aside.db"))
    if instead != "nothing":
        file.write_text("" if instead == "an empty file" else "this is no database at all" * 100)
    answer: Any = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json["database"], answer.json["redis"]) == ("does not answer", "ok")
    assert client.get("/healthz").json == {"status": "ok"}
