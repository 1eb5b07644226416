"""Asking for a tick that does not come: accepted or sent, and silent since (getMessage)."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi import GreenApiError
from inbox.models import Conversation, Message
from inbox.services import instances, statuses
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=60)
MOST_CHECKS = 8  # the last one about four hours after the message
BATCH = 20
OPEN = ("accepted", "sent")


def schedule(now: datetime) -> int:
    """Ring a worker for every message whose check is due. Returns how many.

    Each is put off before the bell rings, twice as far every time, so a check that is lost with
    Redis is only late.
    """
    if not db.session.scalar(select(Message.id).where(*_due(now)).limit(1)):
        return 0
    with transaction() as work:
        messages = work.session.scalars(
            select(Message)
            .where(*_due(now))
            .order_by(Message.check_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for message in messages:
            message.checks += 1
            done = message.checks >= MOST_CHECKS or message.status not in OPEN
            message.check_at = None if done else now + FIRST_WAIT * 2**message.checks
            if message.status in OPEN:
                work.ring(workers.CHECK_STATUS, message.id)
    return len(messages)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.check_at.is_not(None),
        Message.check_at <= now,
        Message.status.in_(("accepted", "sent", "delivered", "read", "failed")),
    )


def check(message_id: int) -> None:
    """Ask Green API how far the message is, and move its tick. Safe to repeat."""
    row = db.session.execute(
        select(Message.instance_id, Message.id_message, Conversation.chat_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Message.status.in_(OPEN))
    ).first()
    if row is None or not row.id_message:
        return
    client = instances.client(row.instance_id)
    db.session.rollback()  # nothing is held while the network is awaited
    try:
        found = client.get_message(row.chat_id, row.id_message)
    except GreenApiError as error:
        log.warning("the status of message %d could not be checked: %s", message_id, error.code)
        return
    if found is None or found.status is None:
        return
    with transaction() as work:
        statuses.move(work, row.instance_id, row.id_message, found.status, clock.now())
