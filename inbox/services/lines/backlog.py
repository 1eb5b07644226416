"""What waits in the outbox of each number, and until when it may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import IS_UNFINISHED, Message
from inbox.models.states import IN_OUTBOX, HoldReason


@dataclass(frozen=True)
class Backlog:
    """How many messages wait for the line, and when the first of them will not be sent any more."""

    count: int
    until: datetime | None


NOTHING = Backlog(0, None)


def of_hotel(hotel_id: int) -> dict[int, Backlog]:
    """By number, those that have any. What is held back for another reason waits for that."""
    rows = db.session.execute(
        select(Message.instance_id, func.count(), func.min(Message.expires_at))
        .where(
            Message.hotel_id == hotel_id,
            IS_UNFINISHED,
            Message.status.in_(IN_OUTBOX),
            Message.hold_reason != HoldReason.FIRST_CONTACT_LIMIT,
        )
        .group_by(Message.instance_id)
    )
    return {instance_id: Backlog(count, until) for instance_id, count, until in rows}


def of_conversation(hotel_id: int, conversation_id: int) -> list[int]:
    """The ids of the messages that wait in one conversation."""
    return list(
        db.session.scalars(
            select(Message.id).where(
                Message.hotel_id == hotel_id,
                Message.conversation_id == conversation_id,
                IS_UNFINISHED,
                Message.status.in_(IN_OUTBOX),
            )
        )
    )
