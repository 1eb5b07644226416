"""What every test may ask for: an application on a fresh database, and the cast.

Alice is the manager of the Grand Plaza, Bob works at its desk, Charlie belongs to another hotel,
the Seaview. Redis is away in these tests, which must not matter; tests/stack starts the real
processes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from inbox.services.hotels import hotels, staff
from inbox.services.intake import receiving
from inbox.services.lines import instances
from inbox.vault import passwords
from tests.databases import Databases, Place
from tests.stack.postgres import Postgres

PASSWORD = "a long enough password"
WEBHOOK_TOKEN = "webhook-token-of-the-test"
API_URL = "http://127.0.0.1:9"  # the discard port: nobody answers


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
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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


@dataclass(frozen=True)
class Cast:
    """Two hotels, three people, a number each. Ids only: rows belong to a session."""

    hotel_id: int
    slug: str
    instance_id: int
    id_instance: int
    alice_id: int
    bob_id: int
    other_hotel_id: int
    other_slug: str
    other_instance_id: int
    charlie_id: int


@pytest.fixture(scope="session")
def theatre(
    databases: Databases, migrated: Place, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Place, Cast]:
    """A migrated database with the cast in it."""
    place = databases.copy(migrated, tmp_path_factory.mktemp("theatre") / "data")
    app = create_app(place.settings)
    with app.app_context():
        cast = _enter()
        db.session.remove()
        db.engine.dispose()
    return place, cast


@pytest.fixture
def cast(app: Flask, theatre: tuple[Place, Cast]) -> Cast:
    """Alice and Bob of the Grand Plaza, Charlie of the Seaview."""
    return theatre[1]


def access(id_instance: int) -> instances.Access:
    """How the numbers of the tests are reached."""
    return instances.Access(id_instance, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN)


def _enter() -> Cast:
    here = hotels.add("grand-plaza", "Grand Plaza", "Europe/Madrid").id
    there = hotels.add("seaview", "Seaview", "Europe/Lisbon").id
    people = {
        name: staff.add(f"{name}@example.com", name.title(), PASSWORD).id
        for name in ("alice", "bob", "charlie")
    }
    staff.grant("alice@example.com", "grand-plaza", "manager")
    staff.grant("bob@example.com", "grand-plaza", "front_desk")
    staff.grant("charlie@example.com", "seaview", "owner")
    numbers = [
        instances.add(
            slug,
            instances.Access(id_instance, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN),
        ).instance.id
        for slug, id_instance in (("grand-plaza", 1101000001), ("seaview", 1101000002))
    ]
    return Cast(
        hotel_id=here,
        slug="grand-plaza",
        instance_id=numbers[0],
        id_instance=1101000001,
        alice_id=people["alice"],
        bob_id=people["bob"],
        other_hotel_id=there,
        other_slug="seaview",
        other_instance_id=numbers[1],
        charlie_id=people["charlie"],
    )


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A browser in which this person of the cast is signed in."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": f"{name}@example.com", "password": PASSWORD})
    assert answer.status_code in (302, 303), answer.text
    return client


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


def incoming(
    id_message: str,
    text: str = "Hello",
    *,
    id_instance: int = 1101000001,
    chat_id: str = "447700900318@c.us",
    name: str = "Lucía",
    timestamp: int = 1_763_000_000,
    **more: Any,
) -> dict[str, Any]:
    """The body of a webhook: a guest wrote a text. `more` replaces top-level keys."""
    return {
        "typeWebhook": "incomingMessageReceived",
        "instanceData": {
            "idInstance": id_instance,
            "wid": "34910000001@c.us",
            "typeInstance": "whatsapp",
        },
        "timestamp": timestamp,
        "idMessage": id_message,
        "senderData": {
            "chatId": chat_id,
            "sender": chat_id,
            "chatName": name,
            "senderName": name,
            "senderContactName": "",
        },
        "messageData": {"typeMessage": "textMessage", "textMessageData": {"textMessage": text}},
    } | more


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
