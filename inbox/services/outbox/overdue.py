"""One grey tick too long on a guest who is about: the desk should know (P13)."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from inbox.extensions import db
from inbox.models import IS_UNPROVEN, Conversation, Message
from inbox.models.states import Direction
from inbox.services.transaction import transaction

TOO_LONG = timedelta(minutes=10)
LOOK_BACK = timedelta(days=1)
BATCH = 50


def notice(now: datetime) -> int:
    """Mark what WhatsApp took ten minutes ago and no phone has got, if its guest wrote within a
    day. Returns how many. A tick that comes later takes the mark away. Of what only a person knows
    to have arrived no tick can come.
    """
    ids = db.session.scalars(
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            IS_UNPROVEN,
            Message.direction == Direction.OUT,
            Message.overdue_at.is_(None),
            Message.id_message.is_not(None),
            Message.accepted_at <= now - TOO_LONG,
            Message.accepted_at > now - LOOK_BACK,
            Conversation.last_inbound_at > now - LOOK_BACK,
        )
        .limit(BATCH)
    ).all()
    if not ids:
        return 0
    with transaction() as work:
        marked = work.session.execute(
            update(Message)
            .where(Message.id.in_(ids), IS_UNPROVEN, Message.overdue_at.is_(None))
            .values(overdue_at=now)
            .returning(Message.hotel_id, Message.conversation_id, Message.id),
            execution_options={"synchronize_session": False},
        ).all()
        for hotel_id, conversation_id, message_id in marked:
            work.changed(hotel_id, "message", conversation_id, message_id)
    return len(marked)
