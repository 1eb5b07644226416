"""Asking for ticks that do not come: accepted or sent, and silent since. One message by getMessage,
many of a number at once by its journal.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, func, select

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi import GreenApiError
from inbox.models import IS_UNPROVEN, Conversation, Message
from inbox.models.states import UNPROVEN, WENT_OUT, Direction, MessageStatus
from inbox.services import locks
from inbox.services.lines import instances, line
from inbox.services.messages import journal_ticks, statuses
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=60)
MOST_CHECKS = 8  # the last one about four hours after the message
BATCH = 50
FEW = 3  # getMessage takes ten calls a second, the journal one, for all of a number
LOOK_BACK = timedelta(hours=8)


def schedule(now: datetime) -> int:
    """Ring a worker for what is due: for every message, or once for a number with many. Returns how
    many messages.

    Each is put off before the bell rings, twice as far every time, so a check that is lost with
    Redis is only late.
    """
    if not db.session.scalar(select(Message.id).where(*_due(now)).limit(1)):
        return 0
    with transaction() as work:
        messages = work.session.scalars(
            locks.held(
                select(Message).where(*_due(now)).order_by(Message.check_at).limit(BATCH),
                free=True,
            )
        ).all()
        for message in messages:
            message.checks += 1
            done = message.checks >= MOST_CHECKS or message.status not in UNPROVEN
            message.check_at = None if done else now + FIRST_WAIT * 2**message.checks
        _ring(work, [message for message in messages if message.status in UNPROVEN])
    return len(messages)


def _ring(work: Work, silent: Iterable[Message]) -> None:
    by_number = groupby(
        sorted(silent, key=lambda one: one.instance_id), key=lambda one: one.instance_id
    )
    for instance_id, messages in by_number:
        ids = [message.id for message in messages]
        if len(ids) > FEW:
            work.wake(workers.CHECK_NUMBER, instance_id)
            continue
        for message_id in ids:
            work.wake(workers.CHECK_STATUS, message_id)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.check_at.is_not(None),
        Message.check_at <= now,
        Message.status.in_((*WENT_OUT, MessageStatus.FAILED)),
    )


def check(message_id: int) -> None:
    """Ask Green API how far the message is, and move its tick. Safe to repeat."""
    row = db.session.execute(
        select(Message.instance_id, Message.id_message, Conversation.chat_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Message.status.in_(UNPROVEN))
    ).first()
    if row is None or not row.id_message:
        return
    try:
        client = instances.client(row.instance_id)
        found = client.get_message(row.chat_id, row.id_message)
    except GreenApiError as error:
        log.warning("the status of message %d could not be checked: %s", message_id, error.code)
        return
    if found is None or found.status is None:
        return
    with transaction() as work:
        statuses.move(work, row.instance_id, row.id_message, found.status, clock.now())


def check_number(instance_id: int) -> None:
    """Read the number's journal once and move every tick that is behind. Safe to repeat."""
    now = clock.now()
    since = _begin(instance_id, now)
    if since is None:
        return
    minutes = int((now - since) / timedelta(minutes=1)) + 2
    try:
        journal = instances.client(instance_id).last_outgoing_messages(minutes)
    except GreenApiError as error:
        log.warning("the journal of instance row %d is silent: %s", instance_id, error.code)
        return
    journal_ticks.move(instance_id, journal, now)


def _begin(instance_id: int, now: datetime) -> datetime | None:
    """Take the turn to read the journal, from the oldest silent message on. None when it is not our
    turn: whoever reads it now, or did a moment ago, has seen to the ticks or will again.
    """
    with transaction() as work:
        instance = line.journal_turn(work, instance_id, now)
        if instance is None:
            return None
        oldest = work.session.scalar(
            select(func.min(Message.accepted_at)).where(
                IS_UNPROVEN,
                Message.instance_id == instance_id,
                Message.direction == Direction.OUT,
                Message.accepted_at > now - LOOK_BACK,
            )
        )
        if oldest is not None:
            instance.journal_read_at = now
        return oldest
