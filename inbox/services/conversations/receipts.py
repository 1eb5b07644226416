"""Blue ticks for the guest: told when a person answers, or when one has seen it, or never (S11).

Best effort: nobody waits for it, and an old receipt is worth nothing.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.greenapi import Decision, GreenApiError
from inbox.models import Conversation, Hotel, Instance
from inbox.services import claims
from inbox.services.lines import instances
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

ANSWER, SEEN, NEVER = "answer", "seen", "never"
CHOICES = (ANSWER, SEEN, NEVER)
AGAIN = timedelta(seconds=30)
WORTH = timedelta(hours=1)  # after the guest's last message
BATCH = 10


def owe(work: Work, conversation: Conversation, occasion: str) -> None:
    """A person answered, or saw, what the guest wrote: tell the guest, if the hotel wants that."""
    if conversation.last_inbound_at is None or conversation.kind != "person":
        return
    wanted = work.session.scalars(
        select(Hotel.read_receipts).where(Hotel.id == conversation.hotel_id)
    ).one()
    if wanted == occasion or (wanted == SEEN and occasion == ANSWER):
        conversation.receipt_due_at = clock.now()
        work.wake(workers.RECEIPT, conversation.id)


def due(now: datetime) -> list[int]:
    """The conversations whose guest is to be told now; paused numbers tell nobody anything."""
    query = (
        select(Conversation.id)
        .join(Instance, Instance.id == Conversation.instance_id)
        .where(claims.MAY_CALL)
    )
    return claims.due(query, Conversation.receipt_due_at, now, BATCH)


def tell(conversation_id: int) -> None:
    """Mark the chat as read on WhatsApp, if that is due. Safe to repeat."""
    now = clock.now()
    with transaction() as work:
        claimed = work.session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.receipt_due_at <= now)
            .values(receipt_due_at=None)
            .returning(Conversation.instance_id, Conversation.chat_id, Conversation.last_inbound_at)
        ).first()
    if claimed is None:
        return
    try:
        instances.client(claimed.instance_id).read_chat(claimed.chat_id)
    except GreenApiError as error:
        log.info("conversation %d was not marked as read: %s", conversation_id, error.code)
        fresh = claimed.last_inbound_at and now - claimed.last_inbound_at < WORTH
        if fresh and error.decision is not Decision.NEVER:
            _again(conversation_id)


def _again(conversation_id: int) -> None:
    with transaction() as work:
        work.session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.receipt_due_at.is_(None))
            .values(receipt_due_at=clock.now() + AGAIN)
        )
