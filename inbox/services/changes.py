"""What changed since a number (D8, D9): the one question behind every live update."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from inbox.extensions import db
from inbox.models import Change, Hotel
from inbox.services.transaction import transaction

MOST = 500  # a browser that missed more than this reloads its list


# What is asked whenever a page moves is put together once.
_BETWEEN = (
    select(Change.kind, Change.conversation_id, Change.message_id)
    .where(
        Change.hotel_id == bindparam("hotel_id"),
        Change.seq > bindparam("seq"),
        Change.seq <= bindparam("latest"),
    )
    .order_by(Change.seq)
)
_HEADS = select(Hotel.id, Hotel.change_seq).where(Hotel.id.in_(bindparam("hotels", expanding=True)))


@dataclass(frozen=True)
class Changes:
    """`head` is the cursor after these changes. `too_old`: reload, the difference is not kept.
    `scheduled_in` are the conversations for which something was scheduled, changed or let go.
    """

    head: int
    too_old: bool
    conversation_ids: list[int] = field(default_factory=list)
    message_ids: list[int] = field(default_factory=list)
    scheduled_in: list[int] = field(default_factory=list)
    line_changed: bool = False


def head(hotel_id: int) -> int:
    """The number of the hotel's latest change."""
    return db.session.scalars(select(Hotel.change_seq).where(Hotel.id == hotel_id)).one()


def heads(hotel_ids: Collection[int]) -> dict[int, int]:
    """The latest number of several hotels, in one query."""
    rows = db.session.execute(_HEADS, {"hotels": list(hotel_ids)})
    return {row.id: row.change_seq for row in rows}


def since(hotel_id: int, seq: int, until: int | None = None) -> Changes:
    """All that changed after `seq`, up to `until` or the latest. A number from the future (a
    restored backup) is too old as well.
    """
    latest = head(hotel_id) if until is None else until
    if seq == latest:
        return Changes(latest, too_old=False)
    if seq > latest or latest - seq > MOST:
        return Changes(latest, too_old=True)
    rows = db.session.execute(_BETWEEN, {"hotel_id": hotel_id, "seq": seq, "latest": latest}).all()
    return Changes(
        head=latest,
        too_old=len(rows) < latest - seq,
        conversation_ids=_ids(row.conversation_id for row in rows),
        message_ids=_ids(row.message_id for row in rows),
        scheduled_in=_ids(row.conversation_id for row in rows if row.kind == "schedule"),
        line_changed=any(row.kind == "line" for row in rows),
    )


def _ids(found: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(one for one in found if one is not None))


def forget_before(moment: datetime) -> int:
    """Drop the change rows older than this; who still needs one of them reloads. Returns how
    many.
    """
    with transaction() as work:
        dropped = work.session.execute(delete(Change).where(Change.at < moment))
    return int(getattr(dropped, "rowcount", 0))
