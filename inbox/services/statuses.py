"""Ticks: a status only moves forward, by compare-and-set (D7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from inbox import clock
from inbox.greenapi.states import Delivery
from inbox.models import STATUS_RANK, Message
from inbox.services import adoption
from inbox.services.transaction import Work

FAILURES = {
    Delivery.FAILED: ("failed", "WhatsApp could not send this message."),
    Delivery.NO_ACCOUNT: ("no_account", "This number has no WhatsApp."),
    Delivery.NOT_IN_GROUP: ("not_in_group", "The hotel is not a member of this group any more."),
    Delivery.SUSPENDED: ("suspended", "WhatsApp has stopped this number from sending for now."),
}
STATUSES = {
    Delivery.PENDING: "accepted",
    Delivery.SENT: "sent",
    Delivery.DELIVERED: "delivered",
    Delivery.READ: "read",
    **dict.fromkeys(FAILURES, "failed"),
}
PROVEN = ("delivered", "read")


def move(
    work: Work, instance_id: int, id_message: str, delivery: Delivery, at: datetime | None
) -> bool:
    """Apply what the provider says of one outgoing message. False: we do not know this id (yet).

    Late, repeated and contradicting news changes nothing; a proof of delivery undoes a failure.
    """
    status = STATUSES.get(delivery)
    if status is None:
        return adoption.taken(work.session, instance_id, id_message)
    moved = work.session.execute(
        update(Message)
        .where(
            Message.instance_id == instance_id,
            Message.id_message == id_message,
            Message.direction == "out",
            Message.rank < STATUS_RANK[status],
        )
        .values(**_values(status, delivery, at or clock.now()))
        .returning(Message.hotel_id, Message.conversation_id, Message.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        return adoption.taken(work.session, instance_id, id_message)
    work.changed(moved.hotel_id, "message", moved.conversation_id, moved.id)
    return True


def _values(status: str, delivery: Delivery, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"status": status, "rank": STATUS_RANK[status]}
    if status == "failed":
        code, text = FAILURES[delivery]
        return values | {
            "failed_at": at,
            "failure_code": code,
            "failure_text": text,
            "check_at": None,
        }
    if status != "accepted":
        values[f"{status}_at"] = at
    if status in PROVEN:
        values |= {"check_at": None, "failure_code": "", "failure_text": "", "failed_at": None}
    return values
