"""Insert-or-ignore: the unique index is the guard against doubles, on both databases (D2)."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnDefault, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inbox.extensions import Base


def insert_new(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row and return its id, or None when a unique key says that it is there already."""
    statement = _statement(table, session.get_bind().dialect.name)
    row = {**_defaults(table), **values}
    found: int | None = session.connection().execute(statement, row).scalar()
    return found


def insert_all_new(
    session: Session, table: type[Base], key: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[Any, ...], int]:
    """Insert rows and return the id of each that was new, by the values of its unique key."""
    statement = _statement(table, session.get_bind().dialect.name, key)
    inserted = session.connection().execute(
        statement, [{**_defaults(table), **row} for row in rows]
    )
    return {tuple(row[1:]): row[0] for row in inserted}


def put_all(
    session: Session, table: type[Base], key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, each in place of the one that has its key already."""
    if rows:
        statement = _replacing(table, session.get_bind().dialect.name, key, tuple(rows[0]))
        session.connection().execute(statement, rows)


@cache
def _defaults(table: type[Base]) -> dict[str, Any]:
    """What columns begin with. SQLAlchemy would look each of them up for each row."""
    return {
        column.name: column.default.arg
        for column in Base.metadata.tables[table.__tablename__].columns
        if isinstance(column.default, ColumnDefault) and column.default.is_scalar
    }


@cache
def _statement(table: type[Base], dialect: str, more: tuple[str, ...] = ()) -> Executable:
    """Made once: intake inserts all day, and building the statement costs more than running it."""
    insert = _insert(table, dialect)
    told = [insert.table.c[name] for name in ("id", *more)]
    return insert.on_conflict_do_nothing().returning(*told)


@cache
def _replacing(table: type[Base], dialect: str, key: str, columns: tuple[str, ...]) -> Executable:
    insert = _insert(table, dialect)
    return insert.on_conflict_do_update(
        index_elements=[key],
        set_={name: insert.excluded[name] for name in columns if name != key},
    )


def _insert(table: type[Base], dialect: str) -> postgresql.Insert | sqlite.Insert:
    core = Base.metadata.tables[table.__tablename__]
    return postgresql.insert(core) if dialect == "postgresql" else sqlite.insert(core)
