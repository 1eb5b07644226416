"""Settling an unconfirmed message: evidence that Green API has it gives it the id it lacked (D4)."""

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import STATUS_RANK, Message
from inbox.services.transaction import Work


def same_text(left: str, right: str) -> bool:
    """Whether two texts are the same message; providers may change the white space."""
    return left.split() == right.split()


def in_flight(session: Session, conversation_id: int) -> Message | None:
    """The one message of this chat whose outcome is open: D5 allows no second."""
    return session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id,
            Message.status.in_(("sending", "unconfirmed")),
        )
    )


def adopt(
    work: Work, message_id: int, id_message: str, at: datetime | None, fence: str | None = None
) -> bool:
    """Write the provider's id on a message of ours and call it accepted. False if it is not open.

    With `fence`, only while nobody else has claimed the message since.
    """
    conditions = [Message.id == message_id, Message.rank < STATUS_RANK["accepted"]]
    if fence is not None:
        conditions.append(Message.claim == fence)
    moment = at or clock.now()
    adopted = work.session.execute(
        update(Message)
        .where(*conditions)
        .values(
            status="accepted",
            rank=STATUS_RANK["accepted"],
            id_message=id_message,
            accepted_at=moment,
            provider_at=at,
            lease_until=None,
        )
        .returning(Message.hotel_id, Message.conversation_id),
        execution_options={"synchronize_session": False},
    ).first()
    if adopted is None:
        return False
    work.changed(adopted.hotel_id, "message", adopted.conversation_id, message_id)
    return True


def taken(session: Session, instance_id: int, id_message: str) -> bool:
    """Whether some message of this number has the id already."""
    return bool(
        session.scalar(
            select(
                exists().where(Message.instance_id == instance_id, Message.id_message == id_message)
            )
        )
    )
