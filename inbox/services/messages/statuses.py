"""Ticks: a status only moves forward, by compare-and-set (D7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from inbox import clock
from inbox.greenapi.states import Delivery
from inbox.models import IS_UNPROVEN, STATUS_RANK, Conversation, Message
from inbox.models.states import PROVEN, THROUGH_LOBBY, Direction, MessageStatus
from inbox.services import locks
from inbox.services.messages import failures, matching
from inbox.services.transaction import Work

FAILURES = {
    Delivery.FAILED: ("failed", "WhatsApp could not send this message."),
    Delivery.NO_ACCOUNT: ("no_account", "This number has no WhatsApp."),
    Delivery.NOT_IN_GROUP: ("not_in_group", "The hotel is not a member of this group any more."),
    Delivery.SUSPENDED: ("suspended", "WhatsApp has stopped this number from sending for now."),
}
STATUSES = {
    Delivery.PENDING: MessageStatus.ACCEPTED,
    Delivery.SENT: MessageStatus.SENT,
    Delivery.DELIVERED: MessageStatus.DELIVERED,
    Delivery.READ: MessageStatus.READ,
    **dict.fromkeys(FAILURES, MessageStatus.FAILED),
}


def move(
    work: Work, instance_id: int, id_message: str, delivery: Delivery, at: datetime | None
) -> bool:
    """Apply what the provider says of one outgoing message. False: we do not know this id (yet).

    Late, repeated and contradicting news changes nothing; a proof of delivery undoes a failure.
    """
    status = STATUSES.get(delivery)
    if status is None:
        return matching.taken(work.session, instance_id, id_message)
    conversation = _held(work, instance_id, id_message) if status == MessageStatus.FAILED else None
    moved = work.session.execute(
        update(Message)
        .where(
            Message.instance_id == instance_id,
            Message.id_message == id_message,
            Message.direction == Direction.OUT,
            Message.rank < STATUS_RANK[status],
        )
        .values(**_values(status, delivery, at or clock.now()))
        .returning(Message.hotel_id, Message.conversation_id, Message.id, Message.origin),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        return matching.taken(work.session, instance_id, id_message)
    work.changed(moved.hotel_id, "message", moved.conversation_id, moved.id)
    if conversation is not None and moved.origin in THROUGH_LOBBY:
        failures.reopen(work, conversation, clock.now())
    return True


def _held(work: Work, instance_id: int, id_message: str) -> Conversation | None:
    """The conversation of a message that failed: held before the message is, as everybody does."""
    conversation_id = work.session.scalar(
        select(Message.conversation_id).where(
            Message.instance_id == instance_id, Message.id_message == id_message
        )
    )
    return locks.conversation(work, conversation_id) if conversation_id else None


def proven_by_reply(work: Work, conversation: Conversation, at: datetime) -> None:
    """A guest who answers has what we sent before, whether a tick came or not (P15).

    Not what was typed on the phone: that may reach us after the answer to it, and what is shown
    must not depend on the order of news.
    """
    proven = work.session.execute(
        update(Message)
        .where(
            IS_UNPROVEN,
            Message.conversation_id == conversation.id,
            Message.origin.in_(THROUGH_LOBBY),
            Message.accepted_at < at,
        )
        .values(
            status=MessageStatus.DELIVERED,
            rank=STATUS_RANK[MessageStatus.DELIVERED],
            delivered_at=at,
            check_at=None,
            overdue_at=None,
        )
        .returning(Message.id),
        execution_options={"synchronize_session": False},
    ).scalars()
    for message_id in proven.all():
        work.changed(conversation.hotel_id, "message", conversation.id, message_id)


def _values(status: str, delivery: Delivery, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"status": status, "rank": STATUS_RANK[status]}
    if status == MessageStatus.FAILED:
        code, text = FAILURES[delivery]
        return values | {
            "failed_at": at,
            "failure_code": code,
            "failure_text": text,
            "check_at": None,
        }
    if status != MessageStatus.ACCEPTED:
        values[f"{status}_at"] = at
    if status in PROVEN:
        values |= {"check_at": None, "overdue_at": None}
        values |= {"failure_code": "", "failure_text": "", "failed_at": None}
    return values
