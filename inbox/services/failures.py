"""A message of ours did not get through: its conversation is open again and says so (S7)."""

from datetime import datetime

from sqlalchemy import exists, select

from inbox.models import Conversation, Message
from inbox.services import attention
from inbox.services.transaction import Work

FAILED = ("failed", "expired")
OURS = ("desk", "api")


def held(work: Work, conversation_id: int) -> Conversation:
    """The conversation's row, held: before its messages, as everybody does."""
    return work.session.scalars(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    ).one()


def reopen(work: Work, conversation: Conversation, at: datetime) -> None:
    """Somebody has to look: whatever state it was in, and the guest waits as before our answer."""
    conversation.status, conversation.snoozed_until = "open", None
    conversation.failed_at = at
    attention.wait_again(work, conversation)
    work.changed(conversation.hotel_id, "conversation", conversation.id)


def settle(work: Work, conversation: Conversation) -> None:
    """Somebody looked after a failed message; when none is left, nothing is wrong any more."""
    left = exists().where(
        Message.conversation_id == conversation.id,
        Message.direction == "out",
        Message.status.in_(FAILED),
        Message.failed_at.is_not(None),
    )
    if conversation.failed_at is not None and not work.session.scalar(select(left)):
        conversation.failed_at = None
        work.changed(conversation.hotel_id, "conversation", conversation.id)
