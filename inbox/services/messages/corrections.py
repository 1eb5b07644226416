"""Editing and deleting what went out already, as far as WhatsApp allows.

What has not left our outbox is changed or cancelled there, and no guest ever sees it.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict
from inbox.extensions import db
from inbox.greenapi import Decision, GreenApiError
from inbox.greenapi.states import Delivery
from inbox.models import Conversation, Correction, Instance, Message, Revision
from inbox.models.states import WENT_OUT, CorrectionKind, CorrectionState, Direction
from inbox.services import audit, claims, locks
from inbox.services.conversations import attention
from inbox.services.lines import instances
from inbox.services.messages import outgoing, revisions
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

EDIT_WITHIN = timedelta(minutes=15)  # WhatsApp's own limits
DELETE_WITHIN = timedelta(days=2)
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=5)
MOST_ATTEMPTS = 6
BATCH = 10
TOO_LATE: dict[str, str] = {
    CorrectionKind.EDIT: "WhatsApp lets a message be changed for 15 minutes only.",
    CorrectionKind.DELETE: "WhatsApp lets a message be deleted for two days only.",
}
NOT_DONE = "WhatsApp did not take the change."


def may(message: Message, kind: str, now: datetime) -> bool:
    """Whether WhatsApp still lets this message be edited, or deleted."""
    if (
        message.direction != Direction.OUT
        or not message.id_message
        or message.status not in WENT_OUT
    ):
        return False
    if message.deleted_at is not None or (kind == CorrectionKind.EDIT and message.kind != "text"):
        return False
    within = EDIT_WITHIN if kind == CorrectionKind.EDIT else DELETE_WITHIN
    return now - (message.accepted_at or message.sorted_at) < within


def edit(hotel_id: int, message_id: int, by: audit.Doer, body: str) -> None:
    """Send the guest another text in place of this one. Raises `Invalid`, `NotFound`,
    `Conflict`.
    """
    text = outgoing.text(body).body
    _ask(hotel_id, message_id, by, CorrectionKind.EDIT, text)


def delete(hotel_id: int, message_id: int, by: audit.Doer) -> None:
    """Take the message back from the guest's phone. Raises `NotFound`, `Conflict`."""
    _ask(hotel_id, message_id, by, CorrectionKind.DELETE, "")


def _ask(hotel_id: int, message_id: int, by: audit.Doer, kind: str, body: str) -> None:
    with transaction() as work:
        _, message = locks.message_of(work, hotel_id, message_id)
        now = clock.now()
        if not may(message, kind, now):
            raise Conflict(TOO_LATE[kind] if message.status in WENT_OUT else "It was not sent yet.")
        _forget_waiting(work, message_id)
        correction = Correction(
            hotel_id=hotel_id,
            message_id=message_id,
            kind=kind,
            body=body,
            author_id=by if isinstance(by, int) else None,
            next_attempt_at=now,
            created_at=now,
        )
        work.session.add(correction)
        work.session.flush()
        work.changed(hotel_id, "message", message.conversation_id, message_id)
        work.wake(workers.CORRECT, correction.id)
        audit.act(work, by, f"message.{kind}", message)


def _forget_waiting(work: Work, message_id: int) -> None:
    """The latest wish counts; one that nobody carried out yet is replaced by it."""
    work.session.execute(
        update(Correction)
        .where(Correction.message_id == message_id, Correction.state == CorrectionState.WAITING)
        .values(state=CorrectionState.FAILED, next_attempt_at=None, failure_text="")
    )


def due(now: datetime) -> list[int]:
    """The corrections whose turn it is; those of paused numbers wait."""
    query = (
        select(Correction.id)
        .join(Message, Message.id == Correction.message_id)
        .join(Instance, Instance.id == Message.instance_id)
        .where(claims.MAY_CALL)
    )
    return claims.due(query, Correction.next_attempt_at, now, BATCH)


def carry_out(correction_id: int) -> None:
    """Tell Green API. Safe to repeat: the same edit twice is one."""
    row = _claim(correction_id)
    if row is None:
        return
    try:
        id_message = _call(row)
    except GreenApiError as error:
        log.warning("correction %d was not taken: %s", correction_id, error.code)
        _not_taken(row, error)
    else:
        _done(row, id_message)


def _claim(correction_id: int) -> Correction | None:
    with transaction() as work:
        found: Correction | None = claims.take(work, Correction.next_attempt_at, correction_id)
        if found is None or found.state != CorrectionState.WAITING:
            return None
        found.next_attempt_at = clock.now() + LEASE
        found.attempts += 1
        work.session.flush()
        work.session.refresh(found)
        work.session.expunge(found)
        return found


def _call(correction: Correction) -> str:
    """The call itself; the id that Green API gives an edit."""
    row = db.session.execute(
        select(Message.instance_id, Message.id_message, Conversation.chat_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == correction.message_id)
    ).one()
    client = instances.client(row.instance_id)
    if correction.kind == CorrectionKind.EDIT:
        return client.edit_message(row.chat_id, row.id_message, correction.body).id_message
    client.delete_message(row.chat_id, row.id_message)
    return ""


def _not_taken(correction: Correction, error: GreenApiError) -> None:
    hopeless = error.decision is Decision.NEVER or correction.attempts >= MOST_ATTEMPTS
    with transaction() as work:
        _, message = locks.message_of(work, correction.hotel_id, correction.message_id)
        found = work.session.get_one(Correction, correction.id)
        if hopeless:
            found.state, found.next_attempt_at = CorrectionState.FAILED, None
            found.failure_text = NOT_DONE
        else:
            found.next_attempt_at = clock.now() + FIRST_WAIT * 2**correction.attempts
        work.changed(message.hotel_id, "message", message.conversation_id, message.id)


def heard(work: Work, instance_id: int, id_message: str, delivery: Delivery) -> bool:
    """News of an edit's own id. Green API takes an edit that WhatsApp refuses later: then the old
    text is back. False: this is the id of no edit of ours.
    """
    revision = work.session.scalar(
        select(Revision)
        .join(Message, Message.id == Revision.message_id)
        .where(
            Message.instance_id == instance_id,
            Message.direction == Direction.OUT,
            Revision.id_message == id_message,
        )
        .limit(1)
    )
    if revision is not None and delivery.is_failure:
        _undo(work, revision)
    return revision is not None


def _undo(work: Work, revision: Revision) -> None:
    conversation, message = locks.message_of(work, revision.hotel_id, revision.message_id)
    latest = work.session.scalar(
        select(Correction)
        .where(Correction.message_id == message.id, Correction.kind == CorrectionKind.EDIT)
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if latest is None or latest.state != CorrectionState.DONE or message.body != latest.body:
        return  # told before, or another text stands there by now
    latest.state, latest.failure_text = CorrectionState.FAILED, NOT_DONE
    message.body = revision.body
    work.session.delete(revision)
    work.session.flush()
    still_edited = exists().where(Revision.message_id == message.id)
    if not work.session.scalar(select(still_edited)):
        message.edited_at = None
    attention.refresh_line(work, conversation)
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)


def _done(correction: Correction, id_message: str) -> None:
    now = clock.now()
    with transaction() as work:
        conversation, message = locks.message_of(work, correction.hotel_id, correction.message_id)
        found = work.session.get_one(Correction, correction.id)
        found.state, found.next_attempt_at = CorrectionState.DONE, None
        if correction.kind == CorrectionKind.EDIT:
            revisions.edit(work, message, revisions.Version(id_message, correction.body, now))
        else:
            message.deleted_at = message.deleted_at or now
        attention.refresh_line(work, conversation)
        work.changed(message.hotel_id, "message", message.conversation_id, message.id)
