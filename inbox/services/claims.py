"""Work that is due: a row says when, in a column of its own (D1). Whoever takes it puts that moment
off in the same transaction, calls afterwards and records what came of it. So nobody does it at the
same time, and what a dead worker took is due again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import InstrumentedAttribute

from inbox import clock
from inbox.extensions import db
from inbox.models import Instance
from inbox.services import locks
from inbox.services.transaction import Work

Due = InstrumentedAttribute[datetime | None]
"""A column that says when its row is due; None for never."""

MAY_CALL = Instance.pause_reason == ""  # a paused number is asked for its state and nothing else


def due(query: Select[int], column: Due, now: datetime, limit: int) -> list[int]:
    """The ids among those of the query whose time has come, the longest due first."""
    ripe = query.where(column.is_not(None), column <= now).order_by(column)
    return list(db.session.scalars(ripe.limit(limit)))


def take(work: Work, column: Due, row_id: int, *, free: bool = True) -> Any | None:
    """Hold a row whose time has come, to put it off; None when it has not come. With `free` also
    while somebody else holds it, otherwise that is waited for.
    """
    table = column.class_
    ripe = select(table).where(table.id == row_id, column <= clock.now())
    return work.session.scalar(locks.held(ripe, free=free))


def put_off(
    work: Work,
    column: Due,
    row_id: int,
    until: datetime,
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Take a row whose time has come, and that is so, in one statement: it is due again then. False
    when it is not ours to take.
    """
    table = column.class_
    taken = work.session.execute(
        update(table)
        .where(table.id == row_id, column <= clock.now(), *conditions)
        .values({column: until, **values})
        .returning(table.id),
        execution_options={"synchronize_session": False},
    ).first()
    return taken is not None
