"""Who waits for whom, and the last line of the list. The same whatever order the news comes in.

What a guest sends waits for the hotel, from the first message on that nobody has answered. An
answer typed on the hotel's phone, or sent by another program, answers what stands above it: there,
everything could be seen. A reply of our desk answers what had arrived when it was written.
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, func, select

from inbox.models import Conversation, Message, Reaction
from inbox.models.conversation import PREVIEW_LENGTH
from inbox.models.states import (
    NO_ANSWER,
    SEES_EVERYTHING,
    ConversationStatus,
    Direction,
    MessageStatus,
)
from inbox.services.conversations import previews
from inbox.services.transaction import Work

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def arrived(work: Work, conversation: Conversation, message: Message) -> None:
    """The guest wrote or called: whatever state the conversation was in, it is open."""
    conversation.status = ConversationStatus.OPEN
    conversation.snoozed_until = None
    known = conversation.last_inbound_at
    conversation.last_inbound_at = max(known, message.sorted_at) if known else message.sorted_at
    conversation.known_at = conversation.known_at or message.arrived_at
    if message.asks:
        asked(work, conversation, message)
    _newest(conversation, message)


def asked(work: Work, conversation: Conversation, message: Message) -> None:
    """A message of the guest waits for us, unless it was answered before we heard of it."""
    stands_above = conversation.last_message_id and message.sorted_at < conversation.last_message_at
    if stands_above and _was_answered_elsewhere(work, conversation, message.sorted_at):
        return
    conversation.status = ConversationStatus.OPEN
    conversation.unread_count += 1
    since = conversation.waiting_since
    conversation.waiting_since = min(since, message.sorted_at) if since else message.sorted_at


def _was_answered_elsewhere(work: Work, conversation: Conversation, at: datetime) -> bool:
    return bool(
        work.session.scalar(
            select(
                exists().where(
                    Message.conversation_id == conversation.id,
                    Message.sorted_at > at,
                    Message.direction == Direction.OUT,
                    Message.origin.in_(SEES_EVERYTHING),
                )
            )
        )
    )


def answered(conversation: Conversation, message: Message) -> None:
    """The desk wrote: it answers all that has arrived."""
    all_answered(conversation)
    _newest(conversation, message)


def all_answered(conversation: Conversation) -> None:
    """Nobody waits for us here any more."""
    conversation.waiting_since = None
    conversation.unread_count = 0


def came_due(work: Work, conversation: Conversation, message: Message) -> None:
    """What was scheduled goes out: it answers what had arrived when it was written."""
    since = conversation.waiting_since
    if since is not None:
        _wait_since(work, conversation, Message.id > message.id, Message.sorted_at >= since)
    _newest(conversation, message)


def said(conversation: Conversation, message: Message) -> None:
    """A message of ours that answers nobody, such as one that came too late to be sent."""
    _newest(conversation, message)


def answered_elsewhere(work: Work, conversation: Conversation, message: Message) -> None:
    """The hotel answered from its phone or another program: all that stands above is answered."""
    since = conversation.waiting_since
    if since is not None and since <= message.sorted_at:
        _wait_from(work, conversation, message.sorted_at)
    _newest(conversation, message)


def withdrawn(work: Work, conversation: Conversation, message: Message) -> None:
    """What waited does not any more: the call was taken after all."""
    since = conversation.waiting_since
    if since == message.sorted_at:
        _wait_from(work, conversation, message.sorted_at)
    elif since is not None and since < message.sorted_at:
        conversation.unread_count = max(0, conversation.unread_count - 1)


def _wait_from(work: Work, conversation: Conversation, at: datetime) -> None:
    """What was asked after this moment still waits."""
    _wait_since(work, conversation, Message.sorted_at > at)


def _wait_since(work: Work, conversation: Conversation, *still: ColumnElement[bool]) -> None:
    """Of what the guest said, this still waits, as far as it asks anything."""
    later = work.session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation.id, Message.direction == Direction.IN, *still
        )
        .order_by(Message.sorted_at, Message.id)
    )
    waiting = [one.sorted_at for one in later if one.asks]
    conversation.waiting_since = waiting[0] if waiting else None
    conversation.unread_count = min(conversation.unread_count, len(waiting))


def wait_again(work: Work, conversation: Conversation) -> None:
    """An answer of ours did not go: the guest waits since what nothing has answered."""
    answered_at = work.session.scalar(
        select(func.max(Message.sorted_at)).where(
            Message.conversation_id == conversation.id,
            Message.direction == Direction.OUT,
            Message.status.not_in(NO_ANSWER),
        )
    )
    _wait_from(work, conversation, answered_at or BEGINNING)


def reacted(conversation: Conversation) -> None:
    """A thumbs-up is often the only answer (N17): the guest has answered, so a snooze is over. It
    asks nothing, so nobody waits for us because of it.
    """
    if conversation.status == ConversationStatus.SNOOZED:
        conversation.status = ConversationStatus.OPEN
        conversation.snoozed_until = None


def refresh_line(work: Work, conversation: Conversation) -> None:
    """Write the last line anew, from what is there: after an edit, a deletion, a reaction."""
    message = work.session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation.id, Message.status != MessageStatus.SCHEDULED
        )
        .order_by(Message.sorted_at.desc(), Message.id.desc())
        .limit(1)
    )
    if message is None:
        conversation.last_message_id, conversation.last_preview = None, ""
        return
    _show(conversation, message)
    found = _reaction_after(work, message)
    if found is not None:
        reaction, target = found
        conversation.last_message_at = reaction.at
        conversation.last_preview = previews.of_reaction(reaction.emoji, target)[:PREVIEW_LENGTH]
        conversation.last_direction = Direction.IN if reaction.sender_chat_id else Direction.OUT


def _reaction_after(work: Work, newest: Message) -> tuple[Reaction, Message] | None:
    """The latest reaction that is younger than the newest message, and what it hangs on."""
    row = work.session.execute(
        select(Reaction, Message)
        .join(Message, Message.id == Reaction.message_id)
        .where(
            Message.conversation_id == newest.conversation_id,
            Reaction.emoji != "",
            Reaction.at > newest.sorted_at,
        )
        .order_by(Reaction.at.desc(), Message.id.desc(), Reaction.sender_chat_id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else None


def _newest(conversation: Conversation, message: Message) -> None:
    later = conversation.last_message_id is not None
    if later and message.sorted_at < conversation.last_message_at:
        return
    _show(conversation, message)


def _show(conversation: Conversation, message: Message) -> None:
    conversation.last_message_id = message.id
    conversation.last_message_at = message.sorted_at
    conversation.last_preview = previews.preview(message)[:PREVIEW_LENGTH]
    conversation.last_direction = message.direction
