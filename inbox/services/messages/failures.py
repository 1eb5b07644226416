"""A message of ours did not get through: its conversation is open again and says so (S7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.models.states import NOT_SENT, ConversationStatus, Direction
from inbox.services import cursor, locks
from inbox.services.conversations import attention
from inbox.services.transaction import Work


@dataclass(frozen=True)
class Unsent:
    """A message that failed, and the cursor of the thread's page that ends with it."""

    message_id: int
    cursor: str


def _unsettled(conversation_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.conversation_id == conversation_id,
        Message.direction == Direction.OUT,
        Message.status.in_(NOT_SENT),
        Message.failed_at.is_not(None),
    )


def oldest(conversation: Conversation) -> Unsent | None:
    """The first message of this conversation that nobody has seen to."""
    if conversation.failed_at is None:
        return None
    row = db.session.execute(
        select(Message.id, Message.sorted_at)
        .where(Message.hotel_id == conversation.hotel_id, *_unsettled(conversation.id))
        .order_by(Message.sorted_at, Message.id)
        .limit(1)
    ).first()
    return Unsent(row.id, cursor.write(row.sorted_at, row.id + 1)) if row else None


held = locks.conversation


def reopen(work: Work, conversation: Conversation, at: datetime) -> None:
    """Somebody has to look: whatever state it was in, and the guest waits as before our answer."""
    conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
    conversation.failed_at = at
    attention.wait_again(work, conversation)
    work.changed(conversation.hotel_id, "conversation", conversation.id)


def settle(work: Work, conversation: Conversation) -> None:
    """Somebody looked after a failed message; when none is left, nothing is wrong any more."""
    left = exists().where(*_unsettled(conversation.id))
    if conversation.failed_at is not None and not work.session.scalar(select(left)):
        conversation.failed_at = None
        work.changed(conversation.hotel_id, "conversation", conversation.id)
