"""Rows that a transaction holds until its end. Everybody takes them in one order, so that no two
wait for each other: instance, conversation, message, hotel (D5, decision 0003). None of these locks
stops those who only refer to a row: whoever inserts a message takes a share of its parents.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.exc import NoResultFound

from inbox.errors import NotFound
from inbox.models import Conversation, Instance, Message
from inbox.services.transaction import Work

# Every webhook begins with it, so it is put together once.
_INSTANCES = (
    select(Instance)
    .where(Instance.id.in_(bindparam("ids", expanding=True)))
    .order_by(Instance.id)
    .with_for_update(key_share=True)
)


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
        Instance, instance_id, with_for_update={"key_share": True}, populate_existing=True
    )


def free_instance(
    work: Work, instance_id: int, *conditions: ColumnElement[bool]
) -> Instance | None:
    """Hold the instance's row, if it fulfils these; None also while somebody else holds it."""
    return work.session.scalar(
        select(Instance)
        .where(Instance.id == instance_id, *conditions)
        .with_for_update(skip_locked=True, key_share=True)
    )


def conversation(work: Work, conversation_id: int) -> Conversation:
    """Hold the conversation's row, as it is now."""
    return work.session.get_one(
        Conversation, conversation_id, with_for_update={"key_share": True}, populate_existing=True
    )


def conversation_of(work: Work, hotel_id: int, conversation_id: int) -> Conversation:
    """Hold a conversation of this hotel. Raises `NotFound`."""
    held = work.session.scalar(
        select(Conversation)
        .where(Conversation.hotel_id == hotel_id, Conversation.id == conversation_id)
        .with_for_update(key_share=True)
    )
    if held is None:
        raise NotFound()
    return held


def message_of(work: Work, hotel_id: int, message_id: int) -> tuple[Conversation, Message]:
    """Hold a message of this hotel by its conversation's row; the message as it is then. Raises
    `NotFound`, also when it is dropped meanwhile.
    """
    mine = select(Message).where(Message.hotel_id == hotel_id, Message.id == message_id)
    found = work.session.scalar(mine)
    if found is None:
        raise NotFound()
    held = conversation_of(work, hotel_id, found.conversation_id)
    message = work.session.scalar(mine.execution_options(populate_existing=True))
    if message is None:
        raise NotFound()
    return held, message
