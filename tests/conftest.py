"""What every test may ask for: an application on a fresh database, and the cast.

Alice is the manager of the Grand Plaza, Bob works at its desk, Charlie belongs to another hotel, the
Seaview. Redis is away in these tests, which must not matter; tests/stack starts the real processes.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from inbox import create_app
from inbox.config import Settings
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services import hotels, instances, receiving, staff

PASSWORD = "a long enough password"
WEBHOOK_TOKEN = "webhook-token-of-the-test"
API_URL = "http://127.0.0.1:9"  # the discard port: nobody answers


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with every migration applied; each test gets a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder


def settings_in(folder: Path) -> Settings:
    """Development settings whose data live in this folder."""
    return Settings.from_env({"LOBBY_DATA": str(folder)})


@pytest.fixture
def app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, its context pushed."""
    data = tmp_path / "data"
    shutil.copytree(migrated, data)
    app = create_app(settings_in(data))
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RATELIMIT_ENABLED"] = False
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


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


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Alice and Bob of the Grand Plaza, Charlie of the Seaview."""
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
            slug, id_instance, "0" * 50, api_url=API_URL, webhook_token=WEBHOOK_TOKEN
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
    answer = client.post(
        "/sign-in", data={"email": f"{name}@example.com", "password": PASSWORD}
    )
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
    """Let a guest write to the Grand Plaza; returns the conversation. Takes what `incoming` takes."""

    def write(id_message: str, text: str = "Hello", **more: Any) -> Conversation:
        body = incoming(id_message, text, **more)
        state = receiving.receive(cast.instance_id, json.dumps(body).encode())
        assert state == "applied", state
        message = db.session.scalars(
            db.select(Message).where(Message.id_message == id_message)
        ).one()
        return db.session.get_one(Conversation, message.conversation_id)

    return write


