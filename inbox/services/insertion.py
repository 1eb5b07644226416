"""Insert-or-ignore: the unique index is the guard against doubles, on both databases (D2)."""

from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inbox.extensions import Base


def insert_new(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row and return its id, or None when a unique key says that it is there already."""
    statement = _statement(table, session.get_bind().dialect.name)
    found: int | None = session.execute(statement, values).scalar()
    return found


@cache
def _statement(table: type[Base], dialect: str) -> Executable:
    """Made once: intake inserts all day, and building the statement costs more than running it."""
    core = Base.metadata.tables[table.__tablename__]
    insert = postgresql.insert(core) if dialect == "postgresql" else sqlite.insert(core)
    return insert.on_conflict_do_nothing().returning(core.c.id)
