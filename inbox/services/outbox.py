"""The outbox: which message goes next, and what became of it (D4 to D6). No network in here.

queued ── claim ──> sending ── accepted ──> accepted
  ^                    │── later ─────────> queued
  │                    │── refused ───────> failed
  │                    └── unknown, or the lease ran out ──> unconfirmed
  └──────────── not in the journal ─────────────────────────────┘ (settlement.py)
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import IS_UNFINISHED, STATUS_RANK, Conversation, Instance, Message
from inbox.services import adoption, intake, line
from inbox.services.transaction import Work, transaction

FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0


@dataclass(frozen=True)
class Claim:
    """The right to send one message until its lease runs out. `fence` proves it to the row."""

    message_id: int
    instance_id: int
    chat_id: str
    body: str = field(repr=False)
    quoted_id_message: str
    fence: str
    lease_until: datetime


def due(now: datetime) -> list[int]:
    """The instances that have something to send and may send now."""
    return list(
        db.session.scalars(
            select(Message.instance_id)
            .join(Instance, Instance.id == Message.instance_id)
            .where(
                IS_UNFINISHED,
                Message.status == "queued",
                or_(Message.not_before.is_(None), Message.not_before <= now),
                or_(Instance.paused_until.is_(None), Instance.paused_until <= now),
            )
            .distinct()
        )
    )


def claim(instance_id: int, lease: timedelta) -> Claim | None:
    """Take the next message of this number, or None when there is none or it may not send yet.

    Only the oldest unfinished message of each chat counts (D5); what a person typed goes first.
    """
    with transaction() as work:
        now = clock.now()
        instance = _free_instance(work, instance_id, now)
        if instance is None:
            return None
        message = _next_message(work, instance_id, now)
        if message is None:
            return None
        message.status, message.rank = "sending", STATUS_RANK["sending"]
        message.claim = str(uuid.uuid4())
        message.claimed_at, message.lease_until = now, now + lease
        message.attempts += 1
        instance.next_send_at = now + timedelta(milliseconds=instance.send_interval_ms)
        chat_id = work.session.scalars(
            select(Conversation.chat_id).where(Conversation.id == message.conversation_id)
        ).one()
        return Claim(
            message.id,
            instance_id,
            chat_id,
            message.body,
            message.quoted_id_message,
            message.claim,
            now + lease,
        )


def _free_instance(work: Work, instance_id: int, now: datetime) -> Instance | None:
    return work.session.scalar(
        select(Instance)
        .where(
            Instance.id == instance_id,
            or_(Instance.next_send_at.is_(None), Instance.next_send_at <= now),
            or_(Instance.paused_until.is_(None), Instance.paused_until <= now),
        )
        .with_for_update(skip_locked=True)
    )


def _next_message(work: Work, instance_id: int, now: datetime) -> Message | None:
    return work.session.scalar(
        select(Message)
        .where(*_claimable(instance_id, now))
        .order_by(Message.priority, Message.id)
        .limit(1)
        .with_for_update()
    )


def _claimable(instance_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    heads = (
        select(func.min(Message.id))
        .where(Message.instance_id == instance_id, IS_UNFINISHED)
        .group_by(Message.conversation_id)
    )
    return (
        Message.id.in_(heads),
        Message.status == "queued",
        or_(Message.not_before.is_(None), Message.not_before <= now),
        or_(Message.expires_at.is_(None), Message.expires_at > now),
    )


def seconds_to_next(instance_id: int) -> float | None:
    """How long the number's pace holds back a message that could go; None when there is none."""
    now = clock.now()
    free_at = db.session.scalar(
        select(Instance.next_send_at).where(
            Instance.id == instance_id,
            or_(Instance.paused_until.is_(None), Instance.paused_until <= now),
            exists().where(*_claimable(instance_id, now)),
        )
    )
    db.session.rollback()
    return None if free_at is None else max(0.0, (free_at - now).total_seconds())


def accepted(claim: Claim, id_message: str) -> None:
    """Green API has it, under this id."""
    with transaction() as work:
        instance = _instance(work, claim)
        if not adoption.claim_is_ours(work.session, claim.message_id, claim.fence):
            return
        progress = adoption.absorb(work, claim.instance_id, id_message, claim.message_id)
        adoption.adopt(work, claim.message_id, id_message, None)
        if progress:
            work.session.execute(
                update(Message).where(Message.id == claim.message_id).values(**progress),
                execution_options={"synchronize_session": False},
            )
        instance.backoff_level = 0
        line.resume(work, instance)
        intake.release_parked(work, instance, claim.chat_id, id_message)


def sent_later(claim: Claim, *, whole_instance: bool, after: float | None = None) -> None:
    """Nothing was accepted: back into the queue, and wait a little before the next try."""
    with transaction() as work:
        instance = _instance(work, claim)
        pause = timedelta(seconds=after or _jitter(instance))
        instance.backoff_level = min(instance.backoff_level + 1, 10)
        waits = None if whole_instance else clock.now() + pause
        if whole_instance:
            instance.paused_until = clock.now() + pause
        _settle(work, claim, "queued", not_before=waits, lease_until=None)
        intake.release_parked(work, instance, claim.chat_id)


def _jitter(instance: Instance) -> float:
    """Full jitter: anything between nothing and the backoff, so that workers spread out."""
    ceiling = min(FIRST_BACKOFF * 2**instance.backoff_level, LONGEST_BACKOFF)
    return random.uniform(0.05, ceiling)


def refused(claim: Claim, code: str, text: str) -> None:
    """It can never be sent: it failed, and the chat moves on."""
    with transaction() as work:
        instance = _instance(work, claim)
        _settle(
            work,
            claim,
            "failed",
            failed_at=clock.now(),
            failure_code=code,
            failure_text=text,
            lease_until=None,
        )
        intake.release_parked(work, instance, claim.chat_id)


def paused(claim: Claim, reason: str) -> None:
    """The whole number cannot send: the message waits in our outbox, and the desk is told why."""
    with transaction() as work:
        instance = _instance(work, claim)
        _settle(work, claim, "queued", lease_until=None)
        line.pause(work, instance, reason)
        intake.release_parked(work, instance, claim.chat_id)


def unknown(claim: Claim, settle: timedelta) -> None:
    """It may or may not have been accepted. Never sent again before the journal has spoken."""
    with transaction() as work:
        instance = _instance(work, claim)
        _settle(work, claim, "unconfirmed", check_at=clock.now() + settle, lease_until=None)
        intake.release_parked(work, instance, claim.chat_id)


def expire_leases(now: datetime, settle: timedelta) -> int:
    """A worker died or froze in the middle of a send: its messages are unconfirmed. Returns how
    many.
    """
    overdue = (IS_UNFINISHED, Message.status == "sending", Message.lease_until < now)
    if not _any(*overdue):
        return 0
    with transaction() as work:
        abandoned = work.session.execute(
            update(Message)
            .where(*overdue)
            .values(
                status="unconfirmed",
                rank=STATUS_RANK["unconfirmed"],
                check_at=now + settle,
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
    """What waited past its time is not sent any more. Returns how many."""
    overdue = (IS_UNFINISHED, Message.status == "queued", Message.expires_at <= now)
    if not _any(*overdue):
        return 0
    with transaction() as work:
        expired = work.session.execute(
            update(Message)
            .where(*overdue)
            .values(
                status="expired",
                rank=STATUS_RANK["expired"],
                failed_at=now,
                failure_code="expired",
                failure_text="Not sent: it waited for more than a day.",
            )
            .returning(Message.hotel_id, Message.conversation_id, Message.id),
            execution_options={"synchronize_session": False},
        ).all()
        for hotel_id, conversation_id, message_id in expired:
            work.changed(hotel_id, "message", conversation_id, message_id)
    return len(expired)


def _any(*conditions: ColumnElement[bool]) -> bool:
    """A look before taking the write lock: most sweeps find nothing."""
    return bool(db.session.scalar(select(exists().where(*conditions))))


def _instance(work: Work, claim: Claim) -> Instance:
    return work.session.scalars(
        select(Instance).where(Instance.id == claim.instance_id).with_for_update()
    ).one()


def _settle(work: Work, claim: Claim, status: str, **values: Any) -> None:
    """Write the outcome, unless somebody else has the message by now (the fence does not fit)."""
    row = work.session.execute(
        update(Message)
        .where(
            Message.id == claim.message_id,
            Message.claim == claim.fence,
            Message.status == "sending",
        )
        .values(status=status, rank=STATUS_RANK[status], **values)
        .returning(Message.hotel_id, Message.conversation_id),
        execution_options={"synchronize_session": False},
    ).first()
    if row is not None:
        work.changed(row.hotel_id, "message", row.conversation_id, claim.message_id)
