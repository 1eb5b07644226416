"""The desk's side of a unit test: somebody replies, a worker claims, Green API accepts."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from inbox.models.states import Origin
from inbox.services.messages.outgoing import Outgoing, OutgoingContent, text
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import replies
from inbox.services.transaction import transaction
from tests.cast.people import Cast

LEASE = timedelta(seconds=60)
SETTLE = timedelta(seconds=150)
PATIENCE = SendTimings(lease=LEASE, settle=SETTLE)


def send(
    hotel_id: int,
    conversation_id: int,
    staff_id: int,
    content: OutgoingContent,
    client_ref: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Somebody sends this, now or later, under a reference of its own if none is given."""
    ref = str(uuid4()) if client_ref is None else client_ref
    outgoing = Outgoing(content, Origin.DESK, staff_id, ref, send_at=at)
    return replies.send(hotel_id, conversation_id, outgoing)


def send_text(
    hotel_id: int, conversation_id: int, staff_id: int, body: str, client_ref: str | None = None
) -> Message:
    """Somebody sends this text."""
    return send(hotel_id, conversation_id, staff_id, text(body), client_ref)


def reply(cast: Cast, conversation: Conversation, body: str = "Gladly") -> int:
    """Alice replies; the message's id."""
    return send_text(cast.hotel_id, conversation.id, cast.alice_id, body).id


def talk(conversation_id: int) -> Conversation:
    """The conversation, fresh."""
    db.session.rollback()
    return db.session.get_one(Conversation, conversation_id)


def free_pace() -> None:
    """Let every number send again at once; the pace has a test of its own."""
    with transaction() as work:
        work.session.execute(update(Instance).values(next_send_at=None, paused_until=None))


def claim(cast: Cast) -> outbox.Claim:
    """A worker takes what is next."""
    free_pace()
    claimed = outbox.claim(cast.instance_id, LEASE)
    assert claimed is not None
    return claimed


def accepted(cast: Cast, conversation: Conversation, id_message: str, body: str = "Gladly") -> int:
    """A reply that Green API has under this id; the message's id."""
    message_id = reply(cast, conversation, body)
    outcomes.accepted(claim(cast), id_message)
    return message_id


def change(message_id: int, **values: object) -> None:
    """Let the message be so."""
    with transaction() as work:
        work.session.execute(update(Message).where(Message.id == message_id).values(**values))
