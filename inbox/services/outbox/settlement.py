"""What became of the unconfirmed: the journal is asked, then they are adopted or queued again
(D4).
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi import GreenApiError, JournalMessage
from inbox.models import (
    CHECKS_BEFORE_ASKING,
    IS_UNFINISHED,
    STATUS_RANK,
    Conversation,
    Instance,
    Message,
)
from inbox.models.states import MessageStatus
from inbox.services import locks
from inbox.services.intake import intake
from inbox.services.lines import instances, line
from inbox.services.messages import matching
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

SKEW = timedelta(minutes=2)  # how far the provider's clock may be from ours
ASK_AGAIN = timedelta(seconds=20)


@dataclass(frozen=True)
class _JournalLease:
    """The attempts that the journal is asked about (message id -> its claim), and from when on.

    Only these: for what broke off later, the journal that we read may lag.
    """

    attempts: dict[int, str]
    since: datetime


def due(now: datetime) -> list[int]:
    """The instances with an unconfirmed message that has waited longer than the journal lags."""
    return list(
        db.session.scalars(
            select(Message.instance_id)
            .where(
                IS_UNFINISHED, Message.status == MessageStatus.UNCONFIRMED, Message.check_at <= now
            )
            .distinct()
        )
    )


def settle(instance_id: int) -> None:
    """Read the journal once and settle every message of this number that is due."""
    now = clock.now()
    lease = _begin(instance_id, now)
    if lease is None:
        return
    minutes = int((now - lease.since + SKEW) / timedelta(minutes=1)) + 2
    try:
        journal = instances.client(instance_id).last_outgoing_messages(minutes)
    except GreenApiError as error:
        log.warning("the journal of instance row %d is silent: %s", instance_id, error.code)
        return
    _decide(instance_id, journal, lease)


def _begin(instance_id: int, now: datetime) -> _JournalLease | None:
    """Take the lease to read the journal; None when it cannot be had now.

    The messages are put off in the same step, so a journal that stays silent is asked again later.
    """
    with transaction() as work:
        instance = line.journal_turn(work, instance_id, now)
        if instance is None:
            return None
        unconfirmed = _unconfirmed_and_due(work, instance_id, now)
        if not unconfirmed:
            return None
        instance.journal_read_at = now
        for message in unconfirmed:
            message.check_at = now + ASK_AGAIN
            message.checks += 1
            if message.checks == CHECKS_BEFORE_ASKING:  # the desk is asked to decide
                work.changed(message.hotel_id, "message", message.conversation_id, message.id)
        return _JournalLease(
            attempts={message.id: message.claim for message in unconfirmed},
            since=min(message.claimed_at or now for message in unconfirmed),
        )


def _unconfirmed_and_due(work: Work, instance_id: int, now: datetime) -> list[Message]:
    return list(
        work.session.scalars(
            select(Message)
            .where(
                IS_UNFINISHED,
                Message.instance_id == instance_id,
                Message.status == MessageStatus.UNCONFIRMED,
                Message.check_at <= now,
            )
            .order_by(Message.id)
        )
    )


def _decide(instance_id: int, journal: list[JournalMessage], lease: _JournalLease) -> None:
    with transaction() as work:
        instance = locks.instance(work, instance_id)
        for message in _still_open(work, lease):
            _settle_one(work, instance, message, journal)
        work.wake(workers.SEND, instance_id)


def _still_open(work: Work, lease: _JournalLease) -> Iterator[Message]:
    """The attempts of this lease that nothing settled while the journal was read."""
    for message_id, claim in lease.attempts.items():
        message = work.session.get_one(Message, message_id)
        if message.status == MessageStatus.UNCONFIRMED and message.claim == claim:
            yield message


def _settle_one(
    work: Work, instance: Instance, message: Message, journal: list[JournalMessage]
) -> None:
    chat_id = work.session.get_one(Conversation, message.conversation_id).chat_id
    intake.release_parked(work, instance, chat_id)
    work.session.refresh(message)
    if message.status != MessageStatus.UNCONFIRMED:
        return
    for entry in journal:
        if _is_it(work, message, chat_id, entry):
            matched = matching.match(work, message.id, entry.id_message, entry.timestamp)
            intake.release_parked(work, instance, "", matched)
            return
    _queue_again(work, message)


def _is_it(work: Work, message: Message, chat_id: str, entry: JournalMessage) -> bool:
    claimed_at = message.claimed_at or message.arrived_at
    return (
        entry.direction == "outgoing"
        and entry.sent_by_api is not False
        and entry.chat_id.canonical == chat_id
        and (entry.timestamp is None or entry.timestamp >= claimed_at - SKEW)
        and matching.same_content(message, entry.content)
        and not matching.taken(work.session, message.instance_id, entry.id_message)
    )


def _queue_again(work: Work, message: Message) -> None:
    """The journal is old enough and does not have it: it never arrived."""
    work.session.execute(
        update(Message)
        .where(Message.id == message.id, Message.status == MessageStatus.UNCONFIRMED)
        .values(
            status=MessageStatus.QUEUED,
            rank=STATUS_RANK[MessageStatus.QUEUED],
            check_at=None,
            checks=0,
            not_before=None,
        ),
        execution_options={"synchronize_session": False},
    )
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
