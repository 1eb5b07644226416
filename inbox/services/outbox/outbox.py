"""The outbox: which message goes next (D4 to D6). No network in here.

scheduled ─ due ─> uploading ─ the file is there ─> queued ── claim ──> sending
                                                      ^                    │
                                                      └─ outcomes.py ──────┘
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import IS_UNFINISHED, STATUS_RANK, Attachment, Conversation, Instance, Message
from inbox.models.states import IN_OUTBOX, UNDER_WAY, MessageStatus
from inbox.services import locks
from inbox.services.conversations import first_contacts
from inbox.services.intake import intake
from inbox.services.messages import failures
from inbox.services.messages.outgoing import FILE_KINDS
from inbox.services.transaction import Work, transaction

WAITED_TOO_LONG = "Not sent: it waited too long. Send it again if it is still true."


@dataclass(frozen=True)
class Claim:
    """The right to send one message until its lease runs out. `claim_token` proves it to the row.

    `is_unchecked`: nobody knows yet whether this number is on WhatsApp.
    """

    message_id: int
    instance_id: int
    conversation_id: int
    chat_id: str
    kind: str
    body: str = field(repr=False)
    payload: Mapping[str, Any] = field(repr=False)
    quoted_id_message: str
    file_url: str = field(repr=False)
    file_name: str = field(repr=False)
    is_unchecked: bool
    claim_token: str
    lease_until: datetime


def due(now: datetime) -> list[int]:
    """The instances that have something to send and may send now."""
    return list(
        db.session.scalars(
            select(Message.instance_id)
            .join(Instance, Instance.id == Message.instance_id)
            .where(
                IS_UNFINISHED,
                Message.status == MessageStatus.QUEUED,
                or_(Message.not_before.is_(None), Message.not_before <= now),
                _may_send(now),
            )
            .distinct()
        )
    )


def _may_send(now: datetime) -> ColumnElement[bool]:
    """Not paused (only a probe or a notification ends that) and not backing off."""
    rested = or_(Instance.paused_until.is_(None), Instance.paused_until <= now)
    return and_(Instance.pause_reason == "", rested)


def claim(instance_id: int, lease: timedelta) -> Claim | None:
    """Take the next message of this number, or None when there is none or it may not send yet.

    Only the oldest unfinished message of each chat counts (D5); what a person typed goes first.
    A first message to a stranger that the hotel's limit holds back is passed over.
    """
    with transaction() as work:
        now = clock.now()
        is_rested = or_(Instance.next_send_at.is_(None), Instance.next_send_at <= now)
        instance = locks.free_instance(work, instance_id, is_rested, _may_send(now))
        if instance is None:
            return None
        while (found := _next_message(work, instance_id, now)) is not None:
            message, conversation = found
            if first_contacts.admit(work, message, conversation, now):
                instance.next_send_at = now + timedelta(milliseconds=instance.send_interval_ms)
                return _taken(work, message, conversation, now, lease)
            work.session.flush()
        return None


def _next_message(
    work: Work, instance_id: int, now: datetime
) -> tuple[Message, Conversation] | None:
    """The number's row is held, so nobody else claims; somebody may still cancel."""
    row = work.session.execute(
        select(Message.id, Message.conversation_id)
        .where(*_claimable(instance_id, now))
        .order_by(Message.priority, Message.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    conversation = locks.conversation(work, row.conversation_id)
    mine = select(Message).where(Message.id == row.id, Message.status == MessageStatus.QUEUED)
    message = work.session.scalar(locks.held(mine))
    return (message, conversation) if message else _next_message(work, instance_id, now)


def _taken(
    work: Work, message: Message, conversation: Conversation, now: datetime, lease: timedelta
) -> Claim:
    message.status = MessageStatus.SENDING
    message.rank = STATUS_RANK[MessageStatus.SENDING]
    message.claim = str(uuid.uuid4())
    message.claimed_at, message.lease_until = now, now + lease
    message.attempts += 1
    file = _file_of(work, message) if message.kind in FILE_KINDS else None
    return Claim(
        message_id=message.id,
        instance_id=message.instance_id,
        conversation_id=conversation.id,
        chat_id=conversation.chat_id,
        kind=message.kind,
        body=message.body,
        payload=dict(message.payload or {}),
        quoted_id_message=message.quoted_id_message,
        file_url=file.upload_url if file else "",
        file_name=file.file_name if file else "",
        is_unchecked=conversation.known_at is None and conversation.kind == "person",
        claim_token=message.claim,
        lease_until=now + lease,
    )


def _file_of(work: Work, message: Message) -> Row[str, str] | None:
    """Where Green API has the message's file, and what it is called."""
    return work.session.execute(
        select(Attachment.upload_url, Attachment.file_name)
        .where(Attachment.message_id == message.id)
        .limit(1)
    ).first()


def _claimable(instance_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The oldest of each chat that has none under way: a scheduled one may be older than those."""
    heads = (
        select(func.min(Message.id))
        .where(Message.instance_id == instance_id, IS_UNFINISHED)
        .group_by(Message.conversation_id)
        .having(func.sum(case((Message.status.in_(UNDER_WAY), 1), else_=0)) == 0)
    )
    return (
        Message.id.in_(heads),
        Message.status == MessageStatus.QUEUED,
        or_(Message.not_before.is_(None), Message.not_before <= now),
        or_(Message.expires_at.is_(None), Message.expires_at > now),
    )


def seconds_to_next(instance_id: int) -> float | None:
    """How long the number's pace holds back a message that could go; None when there is none."""
    now = clock.now()
    row = db.session.execute(
        select(Instance.next_send_at).where(
            Instance.id == instance_id,
            _may_send(now),
            exists().where(*_claimable(instance_id, now)),
        )
    ).first()
    db.session.rollback()
    if row is None:
        return None
    return max(0.0, (row.next_send_at - now).total_seconds()) if row.next_send_at else 0.0


def expire_leases(now: datetime, settle: timedelta) -> int:
    """A worker died or froze in the middle of a send: its messages are unconfirmed. Returns how
    many.
    """
    overdue = (IS_UNFINISHED, Message.status == MessageStatus.SENDING, Message.lease_until < now)
    if not _any(*overdue):
        return 0
    with transaction() as work:
        abandoned = work.session.execute(
            update(Message)
            .where(*overdue)
            .values(
                status=MessageStatus.UNCONFIRMED,
                rank=STATUS_RANK[MessageStatus.UNCONFIRMED],
                check_at=now + settle,
                checks=0,
                lease_until=None,
            )
            .returning(Message.hotel_id, Message.instance_id, Message.conversation_id, Message.id),
            execution_options={"synchronize_session": False},
        ).all()
        for hotel_id, instance_id, conversation_id, message_id in abandoned:
            work.changed(hotel_id, "message", conversation_id, message_id)
            instance = work.session.get_one(Instance, instance_id)
            chat_id = work.session.get_one(Conversation, conversation_id).chat_id
            intake.release_parked(work, instance, chat_id)
    return len(abandoned)


def expire_old(now: datetime) -> int:
    """What waited past its time is not sent any more, and the desk is told. Returns how many."""
    overdue = (
        IS_UNFINISHED,
        Message.status.in_(IN_OUTBOX),
        Message.expires_at <= now,
    )
    waiting = db.session.scalars(
        select(Message.conversation_id).where(*overdue).distinct().order_by(Message.conversation_id)
    ).all()
    return sum(_expire_in(conversation_id, overdue, now) for conversation_id in waiting)


def _expire_in(
    conversation_id: int, overdue: tuple[ColumnElement[bool], ...], now: datetime
) -> int:
    with transaction() as work:
        conversation = locks.conversation(work, conversation_id)
        expired = work.session.execute(
            update(Message)
            .where(Message.conversation_id == conversation_id, *overdue)
            .values(
                status=MessageStatus.EXPIRED,
                rank=STATUS_RANK[MessageStatus.EXPIRED],
                failed_at=now,
                failure_code="expired",
                failure_text=WAITED_TOO_LONG,
            )
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).all()
        for (message_id,) in expired:
            work.changed(conversation.hotel_id, "message", conversation_id, message_id)
        if expired:
            failures.reopen(work, conversation, now)
    return len(expired)


def _any(*conditions: ColumnElement[bool]) -> bool:
    """A look before taking the write lock: most sweeps find nothing."""
    return bool(db.session.scalar(select(exists().where(*conditions))))
