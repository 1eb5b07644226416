"""Insert-or-ignore: the unique index is the guard against doubles, on both databases (D2)."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inbox.extensions import Base


def insert_new(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row and return its id, or None when a unique key says that it is there already."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing().returning(table.__table__.c.id)
    found: int | None = session.scalar(statement)
    return found
