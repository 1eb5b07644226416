"""What became of a claimed message (D4). Only whoever still holds the claim may write it.

sending ── accepted ──> accepted
   │── later ─────────> queued
   │── refused ───────> failed
   └── unknown, or the lease ran out ──> unconfirmed ──> (settlement.py, unconfirmed.py)
"""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from inbox import clock
from inbox.models import STATUS_RANK, Conversation, Instance, Message
from inbox.models.states import MessageStatus
from inbox.services import locks
from inbox.services.intake import intake
from inbox.services.lines import line
from inbox.services.messages import failures, matching
from inbox.services.outbox.outbox import Claim
from inbox.services.transaction import Work, transaction

FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0


def accepted(claim: Claim, id_message: str) -> None:
    """Green API has it, under this id."""
    with transaction() as work:
        instance = locks.instance(work, claim.instance_id)
        if not matching.claim_is_ours(work.session, claim.message_id, claim.claim_token):
            return
        progress = matching.merge_echo(work, claim.instance_id, id_message, claim.message_id)
        message = matching.match(work, claim.message_id, id_message, None)
        if progress:
            work.session.execute(
                update(Message).where(Message.id == claim.message_id).values(**progress),
                execution_options={"synchronize_session": False},
            )
        instance.backoff_level = 0
        intake.release_parked(work, instance, claim.chat_id, message)


def known(claim: Claim) -> None:
    """The number is on WhatsApp: it is not asked about again."""
    with transaction() as work:
        work.session.execute(
            update(Conversation)
            .where(Conversation.id == claim.conversation_id, Conversation.known_at.is_(None))
            .values(known_at=clock.now())
        )


def sent_later(claim: Claim, *, whole_instance: bool, after: float | None = None) -> None:
    """Nothing was accepted: back into the queue, and wait before the next try: the whole number, or
    this message alone.
    """
    with transaction() as work:
        instance = locks.instance(work, claim.instance_id)
        now = clock.now()
        tries = work.session.get_one(Message, claim.message_id).attempts
        level = instance.backoff_level if whole_instance else tries - 1
        until = now + timedelta(seconds=after or backoff(level))
        waits = None if whole_instance else until
        if (
            _settle(work, claim, MessageStatus.QUEUED, not_before=waits, lease_until=None)
            and whole_instance
        ):
            _rest(instance, now, until)
        intake.release_parked(work, instance, claim.chat_id)


def _rest(instance: Instance, now: datetime, until: datetime) -> None:
    """The number sends nothing until then. Calls that were out together fail together: they count
    as one, or a short trouble would cost a long rest.
    """
    if instance.pause_reason:
        return
    if instance.paused_until is None or instance.paused_until <= now:
        instance.backoff_level = min(instance.backoff_level + 1, 10)
    instance.paused_until = max(instance.paused_until or until, until)


def backoff(level: int) -> float:
    """Full jitter: anything between nothing and the backoff, so that workers spread out."""
    return random.uniform(0.05, min(FIRST_BACKOFF * 2 ** min(level, 10), LONGEST_BACKOFF))


def refused(claim: Claim, code: str, text: str) -> None:
    """It can never be sent: it failed, the chat moves on, and the desk is told."""
    with transaction() as work:
        instance = locks.instance(work, claim.instance_id)
        conversation = locks.conversation(work, claim.conversation_id)
        now = clock.now()
        wrote = _settle(
            work,
            claim,
            MessageStatus.FAILED,
            failed_at=now,
            failure_code=code,
            failure_text=text,
            lease_until=None,
        )
        if wrote:
            failures.reopen(work, conversation, now)
        intake.release_parked(work, instance, claim.chat_id)


def paused(claim: Claim, reason: str) -> None:
    """The whole number cannot send: the message waits in our outbox, and the desk is told why.

    Not when the claim is lost: the answer to a worker that was frozen is out of date.
    """
    with transaction() as work:
        instance = locks.instance(work, claim.instance_id)
        if _settle(work, claim, MessageStatus.QUEUED, lease_until=None):
            line.pause(work, instance, reason)
        intake.release_parked(work, instance, claim.chat_id)


def unknown(claim: Claim, settle: timedelta) -> None:
    """It may or may not have been accepted. Never sent again before the journal has spoken."""
    with transaction() as work:
        instance = locks.instance(work, claim.instance_id)
        until = clock.now() + settle
        _settle(work, claim, MessageStatus.UNCONFIRMED, check_at=until, checks=0, lease_until=None)
        intake.release_parked(work, instance, claim.chat_id)


def _settle(work: Work, claim: Claim, status: str, **values: Any) -> bool:
    """Write the outcome, unless somebody else has claimed the message since."""
    row = work.session.execute(
        update(Message)
        .where(
            Message.id == claim.message_id,
            Message.claim == claim.claim_token,
            Message.status == MessageStatus.SENDING,
        )
        .values(status=status, rank=STATUS_RANK[status], **values)
        .returning(Message.hotel_id, Message.conversation_id),
        execution_options={"synchronize_session": False},
    ).first()
    if row is not None:
        work.changed(row.hotel_id, "message", row.conversation_id, claim.message_id)
    return row is not None
