"""Ticks that stayed away, read from the journal of outgoing messages (P15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from inbox.extensions import db
from inbox.greenapi import JournalMessage
from inbox.models import STATUS_RANK, Message
from inbox.models.states import Direction
from inbox.services.batches import in_batches
from inbox.services.messages import statuses
from inbox.services.transaction import transaction


def move(instance_id: int, journal: Sequence[JournalMessage], at: datetime) -> None:
    """Where the journal says more of a message of the hotel than we know, believe it."""
    told = {entry.id_message: entry for entry in journal if entry.status in statuses.STATUSES}
    behind = [one for some in in_batches(list(told)) for one in _behind(instance_id, some, told)]
    if not behind:
        return
    with transaction() as work:
        for id_message in behind:
            status = told[id_message].status
            if status is not None:
                statuses.move(work, instance_id, id_message, status, at)


def _behind(instance_id: int, ids: list[str], told: Mapping[str, JournalMessage]) -> list[str]:
    rows = db.session.execute(
        select(Message.id_message, Message.rank).where(
            Message.instance_id == instance_id,
            Message.direction == Direction.OUT,
            Message.id_message.in_(ids),
        )
    ).all()
    db.session.rollback()
    return [row.id_message for row in rows if row.rank < _rank(told[row.id_message])]


def _rank(entry: JournalMessage) -> int:
    status = statuses.STATUSES.get(entry.status) if entry.status is not None else None
    return STATUS_RANK[status] if status else 0
