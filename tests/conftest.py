"""What every test may ask for: an application on a fresh database, and the cast.

Alice is the manager of the Grand Plaza, Bob works at its desk, Charlie belongs to another hotel,
the Seaview. Redis is away in these tests, which must not matter; tests/stack starts the real
processes.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade

from inbox import create_app
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.intake import receiving
from inbox.vault import passwords
from tests.cast import people
from tests.cast.guest import incoming
from tests.cast.people import Cast, signed_in
from tests.databases import Databases, Place
from tests.stack.postgres import Postgres


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgresql` runs the tests that use `app` on a private PostgreSQL."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Where tests get their databases from."""
    if pytestconfig.getoption("--database") == "sqlite":
        yield Databases(None)
        return
    with Postgres() as server:
        yield Databases(server)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Argon2 at its cheapest: what a guess costs is not what is tested."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An empty database with every migration applied; each test gets a copy."""
    place = databases.empty(tmp_path_factory.mktemp("migrated"))
    app = create_app(place.settings)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return place


@pytest.fixture
def app(
    request: pytest.FixtureRequest, databases: Databases, migrated: Place, tmp_path: Path
) -> Iterator[Flask]:
    """An application on a database of its own, its context pushed. With the cast, if that is asked
    for: it is put on stage once a session and copied, since hashing passwords takes its time."""
    with_cast = "cast" in request.fixturenames
    original = request.getfixturevalue("theatre")[0] if with_cast else migrated
    place = databases.copy(original, tmp_path / "data")
    app = create_app(place.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RATELIMIT_ENABLED"] = False
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_the_last_request)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(place)


def _forget_the_last_request() -> None:
    """The pushed context outlives a request: who asked first must not stay signed in."""
    g.__dict__.clear()


@pytest.fixture(scope="session")
def theatre(
    databases: Databases, migrated: Place, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Place, Cast]:
    """A migrated database with the cast in it."""
    place = databases.copy(migrated, tmp_path_factory.mktemp("theatre") / "data")
    app = create_app(place.settings)
    with app.app_context():
        cast = people.enter()
        db.session.remove()
        db.engine.dispose()
    return place, cast


@pytest.fixture
def cast(app: Flask, theatre: tuple[Place, Cast]) -> Cast:
    """Alice and Bob of the Grand Plaza, Charlie of the Seaview."""
    return theatre[1]


@pytest.fixture
def alice(app: Flask, cast: Cast) -> FlaskClient:
    """Alice's browser: manager of the Grand Plaza."""
    return signed_in(app, "alice")


@pytest.fixture
def bob(app: Flask, cast: Cast) -> FlaskClient:
    """Bob's browser: front desk of the Grand Plaza."""
    return signed_in(app, "bob")


@pytest.fixture
def charlie(app: Flask, cast: Cast) -> FlaskClient:
    """Charlie's browser: owner of another hotel."""
    return signed_in(app, "charlie")


@pytest.fixture
def guest_writes(cast: Cast) -> Callable[..., Conversation]:
    """Let a guest write to the Grand Plaza; returns the conversation. Takes what `incoming`
    takes.
    """

    def write(id_message: str, text: str = "Hello", **more: Any) -> Conversation:
        body = incoming(id_message, text, **more)
        state = receiving.receive(cast.instance_id, json.dumps(body).encode())
        assert state == "applied", state
        message = db.session.scalars(
            db.select(Message).where(Message.id_message == id_message)
        ).one()
        return db.session.get_one(Conversation, message.conversation_id)

    return write
