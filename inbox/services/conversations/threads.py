"""The messages of a conversation, read in pages."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from inbox.errors import NotFound
from inbox.extensions import db
from inbox.models import ConversationView, Message
from inbox.models.states import Direction, MessageStatus
from inbox.services import cursor

PAGE = 50


# What is asked whenever a page moves is put together once.
_WITH_PARTS = select(Message).options(
    joinedload(Message.author),
    joinedload(Message.quoted),
    selectinload(Message.confirmed_by),
    selectinload(Message.attachments),
    selectinload(Message.reactions),
    selectinload(Message.revisions),
    selectinload(Message.corrections),
)


@dataclass(frozen=True)
class ThreadPage:
    """Messages, oldest first. `older` is the cursor of the page before, None at the beginning.

    `first_unseen_id` is the first message of the guest that this person has not seen, if any.
    """

    messages: list[Message]
    older: str | None
    first_unseen_id: int | None


def page(
    hotel_id: int, conversation_id: int, *, before: str | None = None, staff_id: int
) -> ThreadPage:
    """The newest page, or the one before a cursor. Raises `Invalid` for a cursor that is none."""
    query = _with_parts(hotel_id).where(
        Message.conversation_id == conversation_id, Message.status != MessageStatus.SCHEDULED
    )
    if before:
        query = query.where(cursor.older(before, Message.sorted_at, Message.id))
    query = query.order_by(Message.sorted_at.desc(), Message.id.desc()).limit(PAGE + 1)
    newest_first = list(db.session.scalars(query))
    shown = newest_first[:PAGE][::-1]
    more = len(newest_first) > PAGE
    older = cursor.write(shown[0].sorted_at, shown[0].id) if more else None
    return ThreadPage(shown, older, _first_unseen(hotel_id, conversation_id, staff_id))


def by_ids(hotel_id: int, conversation_id: int, message_ids: list[int]) -> list[Message]:
    """These messages of this conversation, in display order; others are left out."""
    if not message_ids:
        return []
    query = (
        _with_parts(hotel_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.id.in_(message_ids),
            Message.status != MessageStatus.SCHEDULED,
        )
        .order_by(Message.sorted_at, Message.id)
    )
    return list(db.session.scalars(query))


def message(hotel_id: int, message_id: int) -> Message:
    """One message with its parts. Raises `NotFound`."""
    found = db.session.scalar(_with_parts(hotel_id).where(Message.id == message_id))
    if found is None:
        raise NotFound()
    return found


def outgoing(hotel_id: int, message_id: int) -> Message:
    """One message of the hotel's own. Raises `NotFound`."""
    found = message(hotel_id, message_id)
    if found.direction != Direction.OUT:
        raise NotFound()
    return found


def _with_parts(hotel_id: int) -> Select[Message]:
    return _WITH_PARTS.where(Message.hotel_id == hotel_id)


def _first_unseen(hotel_id: int, conversation_id: int, staff_id: int) -> int | None:
    seen = db.session.scalar(
        select(ConversationView.seen_message_id).where(
            ConversationView.staff_id == staff_id,
            ConversationView.conversation_id == conversation_id,
        )
    )
    if seen is None:
        return None
    return db.session.scalar(
        select(func.min(Message.id)).where(
            Message.hotel_id == hotel_id,
            Message.conversation_id == conversation_id,
            Message.direction == Direction.IN,
            Message.id > seen,
        )
    )
