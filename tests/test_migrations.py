"""Migrations: from an empty database up to the models, back down, and what rows keep on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from inbox import clock, create_app
from inbox.extensions import WRITES, db
from inbox.models import Conversation
from tests.cast.people import Cast
from tests.databases import Databases

Writes = Callable[..., Conversation]
WORDS = {
    "0005": {"hold_reason": "strangers", "failure_code": "vouched", "kind": "deaf"},
    "0006": {"hold_reason": "first_contact_limit", "failure_code": "confirmed", "kind": "silent"},
}


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no table yet."""
    place = databases.empty(tmp_path / "data")
    app = create_app(place.settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(place)


def test_up_to_the_models_down_to_nothing_and_up_again(empty: Flask) -> None:
    upgrade()
    check()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    check()


def write(*statements: str) -> None:
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        for statement in statements:
            connection.execute(
                sa.text(statement), {"now": clock.now()} if ":now" in statement else {}
            )
    db.engine.dispose()


def words() -> dict[str, str]:
    """The stored words that were renamed."""
    with db.engine.connect() as connection:
        message = connection.execute(sa.text("SELECT hold_reason, failure_code FROM message")).one()
        kind: str = connection.execute(sa.text("SELECT kind FROM incident")).scalar_one()
    db.engine.dispose()
    return {**message._mapping, "kind": kind}


def test_stored_words_follow_the_names(app: Flask, cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", "Is my room ready?")
    db.session.remove()
    write(
        "UPDATE message SET hold_reason = 'first_contact_limit', failure_code = 'confirmed'",
        "INSERT INTO incident (hotel_id, instance_id, kind, count, facts, opened_at, last_at) "
        "SELECT hotel_id, min(id), 'silent', 1, '{}', :now, :now FROM instance "
        "WHERE hotel_id = (SELECT min(id) FROM hotel) GROUP BY hotel_id",
    )
    downgrade(revision="0005")
    db.engine.dispose()
    assert words() == WORDS["0005"]
    upgrade()
    db.engine.dispose()
    assert words() == WORDS["0006"]
