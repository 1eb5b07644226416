"""The desk's side of a unit test: somebody replies, a worker claims, Green API accepts."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import update

from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import replies
from inbox.services.transaction import transaction
from tests.conftest import Cast

LEASE = timedelta(seconds=60)
SETTLE = timedelta(seconds=150)
PATIENCE = SendTimings(lease=LEASE, settle=SETTLE)


def reply(cast: Cast, conversation: Conversation, text: str = "Gladly") -> int:
    """Alice replies; the message's id."""
    return replies.send_text(cast.hotel_id, conversation.id, cast.alice_id, text, str(uuid4())).id


def row(message_id: int) -> Message:
    """The message, fresh."""
    db.session.rollback()
    return db.session.get_one(Message, message_id)


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


def accepted(cast: Cast, conversation: Conversation, id_message: str, text: str = "Gladly") -> int:
    """A reply that Green API has under this id; the message's id."""
    message_id = reply(cast, conversation, text)
    outcomes.accepted(claim(cast), id_message)
    return message_id


def change(message_id: int, **values: object) -> None:
    """Let the message be so."""
    with transaction() as work:
        work.session.execute(update(Message).where(Message.id == message_id).values(**values))
