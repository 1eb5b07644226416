"""Flask's extensions, made here and bound in `create_app`. Also how a database connection
behaves.
"""

import sqlite3
from typing import Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

BUSY_SECONDS = 10
WRITES = "lobby_writes"  # execution option of a transaction that will write


class Base(DeclarativeBase):
    """The parent of every table. Constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(directory="migrations", compare_type=True, render_as_batch=True)
login = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
socketio = SocketIO()


def engine_options(database_url: str) -> dict[str, Any]:
    """How many connections a process may hold, how long it waits for one, and what errors tell."""
    options: dict[str, Any] = {
        "pool_size": 16,
        "max_overflow": 32,
        "pool_timeout": 10,
        "pool_use_lifo": True,  # the one given back last has its statements at hand
        "hide_parameters": True,  # an error's text must not quote a guest
    }
    if database_url.startswith("postgresql"):
        options["pool_pre_ping"] = True
        options["connect_args"] = {"connect_timeout": 5}
    else:
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    return options


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """D15: WAL, every commit on the disk, foreign keys on, and BEGIN left to us."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write says so at once: one that reads first and writes later fails
    immediately when another writer came between (D15). One that reads begins all the time, waits
    for nobody and cannot fail, so it is not taken through SQLAlchemy."""
    if connection.dialect.name != "sqlite":
        return
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]


def let_go(_error: BaseException | None = None) -> None:
    """End what the request read. It is answered by now, whatever became of the database since: a
    connection that broke is thrown away without another word to it.
    """
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()
