"""What the database is asked while something happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from inbox.extensions import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are executed inside, in their order, without the BEGIN of each one."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if str(arguments[2]) != "BEGIN":
            statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
