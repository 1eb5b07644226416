"""What every test may ask for: an application on a fresh database, and the cast.

Alice is the manager of the Grand Plaza, Bob works at its desk, Charlie belongs to another hotel,
the Seaview. Redis is away in these tests, which must not matter; tests/stack starts the real
processes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from inbox import create_app
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.hotels import hotels, staff
from inbox.services.intake import receiving
from inbox.services.lines import instances
from tests import quick
from tests.databases import DIALECTS, Databases, Dialect, Place, Servers
from tests.stack.lanes import Lanes
from tests.stack.run import Run

PASSWORD = "a long enough password"
WEBHOOK_TOKEN = "webhook-token-of-the-test"
API_URL = "http://127.0.0.1:9"  # the discard port: nobody answers
TEMPLATES = quick.Templates()
ON_BOTH = ("tests/services/", "tests/faults/", "tests/test_migrations.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database` names the one database to run on; `--within` how long tests are dealt out."""
    parser.addoption("--database", choices=("both", *DIALECTS), default="both")
    parser.addoption("--within", type=float, default=0.0)


def pytest_configure(config: pytest.Config) -> None:
    """A run may have several processes; the one that a person started looks after it."""
    config.pluginmanager.register(Lanes())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Run())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks for a database in these places is asked on both; what asks for none, once."""
    if "dialect" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("only_on")
    if mark is not None or metafunc.definition.nodeid.startswith(ON_BOTH):
        dialects = mark.args if mark is not None else DIALECTS
        metafunc.parametrize("dialect", dialects, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not for the one database that was asked for."""
    wanted = config.getoption("--database")
    if wanted == "both":
        return
    kept = [item for item in items if _dialect_of(item) in (None, wanted)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _dialect_of(item: pytest.Item) -> object:
    return item.callspec.params.get("dialect") if hasattr(item, "callspec") else None


@pytest.fixture(scope="session", autouse=True)
def quickened() -> None:
    """What costs every test time and is tested by none."""
    quick.cheapen_passwords()
    quick.remember_routes()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Every kind of database, started once a session."""
    with Servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture(scope="session")
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """The kind of database that the test is asked on."""
    asked = getattr(request, "param", request.config.getoption("--database"))
    return "postgresql" if asked == "postgresql" else "sqlite"


@pytest.fixture(scope="session")
def databases(servers: Servers, dialect: Dialect) -> Databases:
    """Where the test gets its databases from."""
    return servers[dialect]


@pytest.fixture
def app(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, its context pushed. With the cast, if that is asked
    for: it is put on stage once a session and copied, since hashing passwords takes its time."""
    with_cast = "cast" in request.fixturenames
    original = _theatre(databases)[0] if with_cast else databases.migrated
    place = databases.copy(original, tmp_path / "data")
    app = create_app(place.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RATELIMIT_ENABLED"] = False
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_the_last_request)
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        databases.quicken(db.engine)
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


@cache
def _theatre(databases: Databases) -> tuple[Place, Cast]:
    """A migrated database with the cast in it, made once for each kind of database."""
    place = databases.copy(databases.migrated, databases.folder / "theatre")
    with create_app(place.settings).app_context():
        cast = _enter()
        db.session.remove()
        db.engine.dispose()
    return place, cast


@pytest.fixture
def cast(app: Flask, databases: Databases) -> Cast:
    """Alice and Bob of the Grand Plaza, Charlie of the Seaview."""
    return _theatre(databases)[1]


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
