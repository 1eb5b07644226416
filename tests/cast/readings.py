"""The sentiment of what a guest wrote: words that upset, reading them, and the flag they raise."""

from inbox.extensions import db
from inbox.models import Conversation, Message, Sentiment
from inbox.services.conversations import conversations, sentiment
from tests.cast.rows import row_of

ANGRY = "There is no hot water again. Unacceptable."
FIRE = "There is a fire in the corridor"


def read(id_message: str, asked: sentiment.Model | None = None) -> Sentiment:
    """Read all that waits; what was read in this message."""
    sentiment.read_all(asked)
    return db.session.get_one(Sentiment, row_of(id_message).id)


def flag(conversation: Conversation) -> tuple[str, str | None]:
    """What the conversation is flagged as, and the message that is the reason."""
    db.session.expire_all()
    found = conversations.get(conversation.hotel_id, conversation.id)
    if found.sentiment_message_id is None:
        return found.sentiment, None
    return found.sentiment, db.session.get_one(Message, found.sentiment_message_id).id_message
