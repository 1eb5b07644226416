"""Keyset paging: a place in a list ordered by (moment, id), as text for an address."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from inbox.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Column = ColumnElement[datetime] | ColumnElement[datetime | None]


def write(at: datetime, row_id: int) -> str:
    """The cursor of this place."""
    return base64.urlsafe_b64encode(f"{(at - EPOCH) // MICROSECOND}/{row_id}".encode()).decode()


def older(
    cursor: str,
    at_column: Column | InstrumentedAttribute[datetime],
    id_column: InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """The condition "after this place, going back in time". Raises `Invalid` for a broken
    cursor.
    """
    at, row_id = _read(cursor)
    return or_(at_column < at, and_(at_column == at, id_column < row_id))


def newer(
    cursor: str,
    at_column: Column | InstrumentedAttribute[datetime],
    id_column: InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """The condition "after this place, going forward in time". Raises `Invalid` likewise."""
    at, row_id = _read(cursor)
    return or_(at_column > at, and_(at_column == at, id_column > row_id))


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        microseconds, _, row_id = text.partition("/")
        at = EPOCH + int(microseconds) * MICROSECOND
        if not 0 <= int(row_id) < 2**63:
            raise ValueError
        return at, int(row_id)
    except (binascii.Error, ValueError, OverflowError):
        raise Invalid({"before": "This place in the list cannot be found."}) from None
