"""How Alembic reaches the database: through the application's own engine."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

import inbox.models  # noqa: F401  (makes the tables known)
from inbox.extensions import WRITES, Base
from inbox.models.columns import UtcDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A migration must not import our models, which change: it names the plain type instead."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def same_type(_context: Any, _inspected: Any, _column: Any, found: Any, wanted: Any) -> bool | None:
    """SQLite tells every moment as DATETIME; that is what we asked for."""
    if isinstance(wanted, UtcDateTime) and isinstance(found, sa.DateTime):
        return False
    return None


def run() -> None:
    """Run the migrations of this command, all in one transaction.

    SQLite changes a table by making it anew, which its foreign keys would take for a deletion of
    every row: they rest meanwhile and are checked before the end.
    """
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=same_type,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("this migration would leave rows that refer to nothing")
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


run()
