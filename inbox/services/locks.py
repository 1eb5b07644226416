"""Rows that a transaction holds until its end. Everybody takes them in one order, so that no two
wait for each other: instance, conversation, message, hotel (D5, decision 0003). What else is held
(an address, a file, an incident) stands beside these and is held alone, through `held` or `again`.
None of these locks stops those who only refer to a row: whoever inserts a message takes a share of
its parents.
"""

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.exc import NoResultFound

from inbox.errors import NotFound
from inbox.extensions import Base
from inbox.models import Conversation, Instance, Message
from inbox.services.transaction import Work

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
_SHARED: dict[str, Any] = {"key_share": True}

# Every webhook begins with it, so it is put together once.
_INSTANCES = (
    select(Instance)
    .where(Instance.id.in_(bindparam("ids", expanding=True)))
    .order_by(Instance.id)
    .with_for_update(key_share=True)
)


def held(query: Query, *, free: bool = False) -> Query:
    """The query, holding the rows that it finds, as they are now; with `free` those that somebody
    else holds are passed over.
    """
    return query.with_for_update(skip_locked=free, **_SHARED).execution_options(
        populate_existing=True
    )


# Every reply begins with it.
_CONVERSATION = held(
    select(Conversation).where(
        Conversation.hotel_id == bindparam("of_hotel"), Conversation.id == bindparam("id")
    )
)


def again(work: Work, row: Base) -> None:
    """Hold a row that was read before, as it is now."""
    work.session.refresh(row, with_for_update=_SHARED)


def instances(work: Work, instance_ids: Collection[int]) -> dict[int, Instance]:
    """Hold several instances' rows, by id. One transaction at a time takes in what a number brings,
    so order is kept (N9). Raises `NoResultFound` when one is gone.
    """
    found = {row.id: row for row in work.session.scalars(_INSTANCES, {"ids": sorted(instance_ids)})}
    if len(found) < len(instance_ids):
        raise NoResultFound("A number was removed while its notification was on the way.")
    return found


def instance(work: Work, instance_id: int) -> Instance:
    """Hold the instance's row, as it is now."""
    return work.session.get_one(
        Instance, instance_id, with_for_update=_SHARED, populate_existing=True
    )


def instance_of(work: Work, hotel_id: int, instance_id: int) -> Instance:
    """Hold an instance of this hotel. Raises `NotFound`."""
    mine = select(Instance).where(Instance.hotel_id == hotel_id, Instance.id == instance_id)
    found = work.session.scalar(held(mine))
    if found is None:
        raise NotFound()
    return found


def free_instance(
    work: Work, instance_id: int, *conditions: ColumnElement[bool]
) -> Instance | None:
    """Hold the instance's row if it is so; None when it is not, or while somebody else holds it."""
    mine = select(Instance).where(Instance.id == instance_id, *conditions)
    return work.session.scalar(held(mine, free=True))


def conversation(work: Work, conversation_id: int) -> Conversation:
    """Hold the conversation's row, as it is now."""
    return work.session.get_one(
        Conversation, conversation_id, with_for_update=_SHARED, populate_existing=True
    )


def conversation_of(work: Work, hotel_id: int, conversation_id: int) -> Conversation:
    """Hold a conversation of this hotel. Raises `NotFound`."""
    found = work.session.scalar(_CONVERSATION, {"of_hotel": hotel_id, "id": conversation_id})
    if found is None:
        raise NotFound()
    return found


def message_of(
    work: Work, hotel_id: int, message_id: int, *, itself: bool = False
) -> tuple[Conversation, Message]:
    """Hold a message of this hotel by its conversation's row; the message as it is then. Raises
    `NotFound`, also when it is dropped meanwhile.

    With `itself` its own row is held too: against those who change it without the conversation.
    """
    mine = select(Message).where(Message.hotel_id == hotel_id, Message.id == message_id)
    found = work.session.scalar(mine)
    if found is None:
        raise NotFound()
    parent = conversation_of(work, hotel_id, found.conversation_id)
    fresh = held(mine) if itself else mine.execution_options(populate_existing=True)
    message = work.session.scalar(fresh)
    if message is None:
        raise NotFound()
    return parent, message
