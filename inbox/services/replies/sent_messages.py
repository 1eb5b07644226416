"""What the hotel sent through Lobby, as its programs see it: how far it is, not a word of it."""

from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import selectinload

from inbox.errors import NotFound
from inbox.extensions import db
from inbox.models import Conversation, Instance, Message
from inbox.models.states import IN_OUTBOX, THROUGH_LOBBY, HoldReason, Origin
from inbox.services import cursor
from inbox.services.conversations import conversations
from inbox.services.lines import line

LIMIT_CODE = "strangers"  # the word that the API has promised to programs
LIMIT_WORDS = "Held back: the hotel writes to so many strangers a day only, or WhatsApp bans it."


@dataclass(frozen=True)
class Sent:
    """A message, its guest and the number it leaves from."""

    message: Message
    guest_id: int
    instance: Instance

    @property
    def hold(self) -> tuple[str, str] | None:
        """Why it still waits here though it is written, as a code and in words; None: no reason."""
        if self.message.status not in IN_OUTBOX:
            return None
        if self.instance.pause_reason:
            return self.instance.pause_reason, line.words(self.instance)
        is_over_limit = self.message.hold_reason == HoldReason.FIRST_CONTACT_LIMIT
        return (LIMIT_CODE, LIMIT_WORDS) if is_over_limit else None


@dataclass(frozen=True)
class SentPage:
    """The newest first. `older` is the cursor of the next page, None at the end."""

    rows: list[Sent]
    older: str | None


def one(hotel_id: int, message_id: int) -> Sent:
    """One of them. Raises `NotFound`."""
    row = db.session.execute(_of_hotel(hotel_id).where(Message.id == message_id)).first()
    if row is None:
        raise NotFound()
    return _sent(row)


def by_ref(hotel_id: int, client_ref: str) -> list[Sent]:
    """The message that a program sent under this reference, if there is one."""
    if "\0" in client_ref:  # PostgreSQL does not even look for such a text
        return []
    query = _of_hotel(hotel_id).where(
        Message.origin == Origin.API, Message.client_ref == client_ref
    )
    return [_sent(row) for row in db.session.execute(query)]


def page(hotel_id: int, conversation_id: int, *, before: str | None, limit: int) -> SentPage:
    """A page of one conversation, scheduled ones too. Raises `NotFound`, and `Invalid` for a
    cursor that is none.
    """
    conversations.get(hotel_id, conversation_id)
    query = _of_hotel(hotel_id).where(Message.conversation_id == conversation_id)
    if before is not None:
        query = query.where(cursor.older(before, Message.sorted_at, Message.id))
    query = query.order_by(Message.sorted_at.desc(), Message.id.desc()).limit(limit + 1)
    found = [_sent(row) for row in db.session.execute(query)]
    rows = found[:limit]
    if len(found) <= limit:
        return SentPage(rows, None)
    last = rows[-1].message
    return SentPage(rows, cursor.write(last.sorted_at, last.id))


def _sent(row: Row[Message, int, Instance]) -> Sent:
    message, guest_id, instance = row
    return Sent(message, guest_id, instance)


def _of_hotel(hotel_id: int) -> Select[Message, int, Instance]:
    return (
        select(Message, Conversation.guest_id, Instance)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Instance, Instance.id == Message.instance_id)
        .where(Message.hotel_id == hotel_id, Message.origin.in_(THROUGH_LOBBY))
        .options(selectinload(Message.corrections))
    )
