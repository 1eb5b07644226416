"""The list of conversations, and the states a person may put one into."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from inbox import clock
from inbox.errors import Invalid, NotFound
from inbox.extensions import db
from inbox.models import Conversation, ConversationView, Guest, Message
from inbox.models.states import UNDONE, ConversationStatus
from inbox.services import audit, cursor, locks
from inbox.services.conversations import receipts
from inbox.services.transaction import Work, transaction

PAGE = 40
SEARCH_LIMIT = 100
VIEWS = ("needs_us", "waiting", "done")
# A guest waits for us, or a message of ours did not get through.
_NEEDS_US_SINCE = func.coalesce(Conversation.waiting_since, Conversation.failed_at)


@dataclass(frozen=True)
class ConversationPage:
    """Rows in the list's order. `older` is the cursor of the next page, None at the end."""

    rows: list[Conversation]
    older: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many guests wait for us, and for how many we wait."""

    needs_us: int
    waiting: int


# What is asked whenever a page moves is put together once.
_WITH_PEOPLE = select(Conversation).options(
    joinedload(Conversation.guest),
    joinedload(Conversation.instance),
    joinedload(Conversation.reading),
)
_BY_IDS = _WITH_PEOPLE.where(
    Conversation.hotel_id == bindparam("hotel_id"),
    Conversation.id.in_(bindparam("ids", expanding=True)),
).order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
_COUNTS = (
    select(
        Conversation.hotel_id,
        func.count().label("undone"),
        func.count(_NEEDS_US_SINCE).label("waits"),
    )
    .where(
        Conversation.hotel_id.in_(bindparam("hotels", expanding=True)),
        Conversation.status.in_(UNDONE),
    )
    .group_by(Conversation.hotel_id)
)


def view_of(conversation: Conversation) -> str:
    """The tab a conversation stands in: `needs_us`, `waiting` (for the guest) or `done`."""
    if conversation.status == ConversationStatus.DONE:
        return "done"
    needs_us = conversation.waiting_since is not None or conversation.failed_at is not None
    return "needs_us" if needs_us else "waiting"


def longest_wait_first(view: str, search: str) -> bool:
    """Whether this list begins with who has waited longest, rather than with the newest."""
    return view == "needs_us" and not search


def place_of(conversation: Conversation, view: str, search: str) -> datetime:
    """The moment by which a conversation is placed in this list."""
    if not longest_wait_first(view, search):
        return conversation.last_message_at
    return conversation.waiting_since or conversation.failed_at or conversation.last_message_at


def page(
    hotel_id: int, view: str, *, before: str | None = None, search: str = ""
) -> ConversationPage:
    """A page of one tab; with `search`, of all tabs. Raises `Invalid` for an unknown tab or
    cursor.

    Who needs us is shown by how long they have waited, so that nobody moves when they write again;
    the other lists begin with the newest.
    """
    if view not in VIEWS:
        raise Invalid({"view": f"There is no list called {view!r}."})
    search = search.strip()[:SEARCH_LIMIT]
    query = _with_people(hotel_id).where(_matches(search) if search else _in_view(view))
    placed = _by_wait if longest_wait_first(view, search) else _by_news
    found = list(db.session.scalars(placed(query, before).limit(PAGE + 1)))
    rows = found[:PAGE]
    last = rows[-1] if len(found) > PAGE else None
    following = cursor.write(place_of(last, view, search), last.id) if last else None
    return ConversationPage(rows, following)


def recent(hotel_id: int, search: str = "") -> list[Conversation]:
    """The latest conversations of all tabs, or those that a search finds."""
    query = _with_people(hotel_id)
    search = search.strip()[:SEARCH_LIMIT]
    if search:
        query = query.where(_matches(search))
    return list(db.session.scalars(_by_news(query, None).limit(PAGE)))


def counts(hotel_ids: Collection[int]) -> dict[int, Counts]:
    """How many conversations stand in the tabs of each of these hotels that are not done."""
    rows = db.session.execute(_COUNTS, {"hotels": list(hotel_ids)})
    found = {row.hotel_id: Counts(row.waits, row.undone - row.waits) for row in rows}
    return {hotel_id: found.get(hotel_id, Counts(0, 0)) for hotel_id in hotel_ids}


def get(hotel_id: int, conversation_id: int) -> Conversation:
    """One conversation with its guest and number. Raises `NotFound`."""
    found = db.session.scalar(_with_people(hotel_id).where(Conversation.id == conversation_id))
    if found is None:
        raise NotFound()
    return found


locked = locks.conversation_of


def by_ids(hotel_id: int, conversation_ids: Collection[int]) -> list[Conversation]:
    """These conversations of this hotel, newest first; others are left out."""
    if not conversation_ids:
        return []
    return list(db.session.scalars(_BY_IDS, {"hotel_id": hotel_id, "ids": list(conversation_ids)}))


def mark_seen(hotel_id: int, conversation_id: int, staff_id: int) -> None:
    """This person has the newest message on their screen. Safe to repeat."""
    with transaction() as work:
        conversation = locks.conversation_of(work, hotel_id, conversation_id)
        newest = work.session.scalar(
            select(func.max(Message.id)).where(
                Message.hotel_id == hotel_id, Message.conversation_id == conversation_id
            )
        )
        if newest is not None:
            _move_view(work, conversation, staff_id, newest)
        if conversation.unread_count:
            conversation.unread_count = 0
            receipts.owe(work, conversation, receipts.SEEN)
            work.changed(hotel_id, "conversation", conversation_id)


def _move_view(work: Work, conversation: Conversation, staff_id: int, newest: int) -> None:
    view = work.session.get(ConversationView, (staff_id, conversation.id))
    if view is None:
        view = ConversationView(
            staff_id=staff_id,
            conversation_id=conversation.id,
            hotel_id=conversation.hotel_id,
            seen_message_id=newest,
            seen_at=clock.now(),
        )
        work.session.add(view)
    elif newest > view.seen_message_id:
        view.seen_message_id = newest
        view.seen_at = clock.now()


def finish(hotel_id: int, conversation_id: int, staff_id: int) -> None:
    """Nothing is left to do here; the guest's next word opens it again."""
    with transaction() as work:
        conversation = locks.conversation_of(work, hotel_id, conversation_id)
        conversation.status = ConversationStatus.DONE
        conversation.waiting_since = None
        conversation.unread_count = 0
        conversation.failed_at = None
        clear_flag(conversation)
        _note(work, conversation, staff_id, "conversation.done")


def reopen(hotel_id: int, conversation_id: int, staff_id: int) -> None:
    """Back to work."""
    with transaction() as work:
        conversation = locks.conversation_of(work, hotel_id, conversation_id)
        conversation.status = ConversationStatus.OPEN
        _note(work, conversation, staff_id, "conversation.reopen")


def clear_flag(conversation: Conversation) -> None:
    """Nobody is upset here any more."""
    conversation.sentiment, conversation.sentiment_since, conversation.sentiment_message_id = (
        "",
        None,
        None,
    )


def _note(work: Work, conversation: Conversation, staff_id: int, action: str) -> None:
    work.changed(conversation.hotel_id, "conversation", conversation.id)
    audit.act(work, staff_id, action, conversation)


def _by_wait(query: Select[Conversation], before: str | None) -> Select[Conversation]:
    at, row_id = _NEEDS_US_SINCE, Conversation.id
    query = query.where(cursor.newer(before, at, row_id)) if before else query
    return query.order_by(at, row_id)


def _by_news(query: Select[Conversation], before: str | None) -> Select[Conversation]:
    at, row_id = Conversation.last_message_at, Conversation.id
    query = query.where(cursor.older(before, at, row_id)) if before else query
    return query.order_by(at.desc(), row_id.desc())


def _with_people(hotel_id: int) -> Select[Conversation]:
    return _WITH_PEOPLE.where(Conversation.hotel_id == hotel_id)


def _in_view(view: str) -> ColumnElement[bool]:
    waits = _NEEDS_US_SINCE.is_not(None)
    if view == "done":
        return Conversation.status == ConversationStatus.DONE
    return and_(
        Conversation.status != ConversationStatus.DONE, waits if view == "needs_us" else ~waits
    )


def _matches(search: str) -> ColumnElement[bool]:
    digits = "".join(character for character in search if character.isdigit())
    guests = [Guest.name.icontains(search, autoescape=True)]
    if digits:
        guests.append(Guest.phone.contains(digits))
    return or_(
        Conversation.last_preview.icontains(search, autoescape=True),
        Conversation.guest_id.in_(
            select(Guest.id).where(Guest.hotel_id == Conversation.hotel_id, or_(*guests))
        ),
    )
