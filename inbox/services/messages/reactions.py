"""The one reaction of one person to one message: the youngest is the one that is shown."""

from dataclasses import dataclass, field
from datetime import datetime

from inbox.models import Message, Reaction
from inbox.services.transaction import Work


@dataclass(frozen=True)
class Given:
    """A reaction as it was given. `sender_chat_id` is '' for the hotel; an empty `emoji` takes it
    back.
    """

    sender_chat_id: str
    sender_name: str = field(repr=False)
    emoji: str = field(repr=False)
    at: datetime


def react(work: Work, message: Message, given: Given) -> None:
    """Hang it on the message, unless something younger of this person hangs there."""
    row = work.session.get(Reaction, (message.id, given.sender_chat_id))
    if row is None:
        row = Reaction(
            message_id=message.id,
            sender_chat_id=given.sender_chat_id,
            hotel_id=message.hotel_id,
            at=given.at,
        )
        work.session.add(row)
    elif given.at < row.at:
        return
    row.emoji, row.at = given.emoji, given.at
    row.sender_name = given.sender_name or row.sender_name or ""
    work.session.flush()
