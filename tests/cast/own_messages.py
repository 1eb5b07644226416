"""A message of our own in any state, for tests of what its bubble says and offers."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from inbox import clock
from inbox.models import STATUS_RANK, Conversation, Instance, Message
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.people import Cast

HX = {"HX-Request": "true"}


def ours(cast: Cast, status: str, ref: str = "r1", **columns: Any) -> str:
    """Put one into this state in conversation 1, without telling; returns its address."""
    message = desk.send_text(cast.hotel_id, 1, cast.alice_id, "The pool opens at 8", ref)
    message_id = message.id
    now = clock.now()
    values = {"status": status, "rank": STATUS_RANK[status]} | columns
    if status in ("accepted", "sent", "delivered", "read"):
        values = {"id_message": f"OUT{message_id}", "accepted_at": now} | values
    if status in ("failed", "expired"):
        values = {"failed_at": now} | values
    with transaction() as work:
        work.session.execute(update(Message).where(Message.id == message_id).values(**values))
        if status in ("failed", "expired"):
            work.session.execute(update(Conversation).values(failed_at=now))
    return f"/h/grand-plaza/m/{message_id}"


def pause(cast: Cast, reason: str = "not_authorized") -> None:
    """The hotel's number cannot send."""
    with transaction() as work:
        work.session.execute(
            update(Instance)
            .where(Instance.id == cast.instance_id)
            .values(pause_reason=reason, paused_until=clock.now() + timedelta(minutes=1))
        )
        work.changed(cast.hotel_id, "line")


def read(address: str) -> Message:
    """The row behind an address of a message, as it is now."""
    with transaction() as work:
        message = work.session.get_one(Message, int(address.rpartition("/")[2]))
        work.session.refresh(message)
        work.session.expunge(message)
        return message
