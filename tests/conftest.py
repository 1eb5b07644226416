"""What every test may ask for: an application on a fresh database, and the cast.

Alice is the manager of the Grand Plaza, Bob works at its desk, Charlie belongs to another hotel,
the Seaview. Redis is away in these tests, which must not matter; tests/stack starts the real
processes.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from inbox import create_app
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.intake import receiving
from tests import quick
from tests.cast import people
from tests.cast.guest import incoming
from tests.cast.people import Cast, signed_in
from tests.databases import DIALECTS, Databases, Dialect, Place, Servers
from tests.stack.lanes import Lanes
from tests.stack.run import Run

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


@cache
def _theatre(databases: Databases) -> tuple[Place, Cast]:
    """A migrated database with the cast in it, made once for each kind of database."""
    place = databases.copy(databases.migrated, databases.folder / "theatre")
    with create_app(place.settings).app_context():
        cast = people.enter()
        db.session.remove()
        db.engine.dispose()
    return place, cast


@pytest.fixture
def cast(app: Flask, databases: Databases) -> Cast:
    """Alice and Bob of the Grand Plaza, Charlie of the Seaview."""
    return _theatre(databases)[1]


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
