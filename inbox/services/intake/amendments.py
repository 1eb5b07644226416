"""What changes a message that is here already: a reaction, an edit, a deletion, votes in a poll."""

from datetime import datetime

from sqlalchemy import delete, select, update

from inbox import clock
from inbox.greenapi.chat_ids import ChatId, match_keys
from inbox.greenapi.contents import Amendment, Deletion, Edit, PollVotes, Reaction
from inbox.greenapi.notifications import MessageNotification
from inbox.models import Conversation, GuestAddress, Instance, Message, Sentiment
from inbox.models import Reaction as ReactionRow
from inbox.models.states import Direction
from inbox.services import locks
from inbox.services.conversations import attention
from inbox.services.intake import arrivals
from inbox.services.intake.quarantine import Unusable
from inbox.services.messages import polls, reactions, revisions
from inbox.services.transaction import Work


def apply(
    work: Work, instance: Instance, notification: MessageNotification, content: Amendment
) -> bool:
    """Change the message that it is about. False: that message is not here (yet).

    Whatever order several of them come in, the same is left. Raises `Unusable` for a message of
    another chat: nobody changes what stands in somebody else's thread.
    """
    message = arrivals.of_provider(work, instance.id, content.stanza_id)
    if message is None:
        return False
    conversation = locks.conversation(work, message.conversation_id)
    if not _is_of_chat(work, conversation, notification.chat_id):
        raise Unusable("it is about a message of another chat")
    _change(work, conversation, message, notification, content)
    _forget_placeholder(work, instance, conversation, notification.id_message)
    attention.refresh_line(work, conversation)
    work.changed(message.hotel_id, "message", conversation.id, message.id)
    return True


def _change(
    work: Work,
    conversation: Conversation,
    message: Message,
    notification: MessageNotification,
    content: Amendment,
) -> None:
    at = min(notification.timestamp or clock.now(), clock.now())
    if isinstance(content, Reaction):
        reactions.react(work, message, _reactor(conversation, notification, content.emoji, at))
        if notification.is_incoming:
            attention.reacted(conversation)
    elif isinstance(content, Edit):
        _edit(work, message, notification, content, at)
    elif isinstance(content, PollVotes):
        polls.count(message, content, at)
    elif isinstance(content, Deletion):
        message.deleted_at = min(message.deleted_at or at, at)


def _edit(
    work: Work, message: Message, notification: MessageNotification, content: Edit, at: datetime
) -> None:
    if (message.direction == Direction.IN) != notification.is_incoming:
        raise Unusable("it edits a message of the other side")
    revisions.edit(work, message, revisions.Version(notification.id_message, content.text, at))


def _reactor(
    conversation: Conversation, notification: MessageNotification, emoji: str, at: datetime
) -> reactions.Given:
    """Who reacted. Between two the guest is the chat itself, however WhatsApp calls them today."""
    if not notification.is_incoming:
        return reactions.Given("", "", emoji, at)
    in_group = conversation.kind == "group" and notification.sender is not None
    sender = (
        notification.sender.canonical if in_group and notification.sender else conversation.chat_id
    )
    return reactions.Given(sender[:120], notification.sender_name[:200], emoji, at)


def _is_of_chat(work: Work, conversation: Conversation, chat_id: ChatId) -> bool:
    """Whether this chat id is the conversation's, or another address of the same guest."""
    if conversation.chat_id == chat_id.canonical:
        return True
    return (
        work.session.scalar(
            select(GuestAddress.id)
            .where(
                GuestAddress.hotel_id == conversation.hotel_id,
                GuestAddress.guest_id == conversation.guest_id,
                GuestAddress.match_key.in_(match_keys(chat_id)),
            )
            .limit(1)
        )
        is not None
    )


def _forget_placeholder(
    work: Work, instance: Instance, conversation: Conversation, id_message: str
) -> None:
    """An older version could not read this and showed it as a message of its own."""
    old = arrivals.of_provider(work, instance.id, id_message)
    if old is None or old.kind != arrivals.PLACEHOLDER:
        return
    attention.withdrawn(work, conversation, old)
    for statement in (
        update(Message).where(Message.quoted_id == old.id).values(quoted_id=None),
        delete(ReactionRow).where(ReactionRow.message_id == old.id),
        delete(Sentiment).where(Sentiment.message_id == old.id),
        delete(Message).where(Message.id == old.id),
    ):
        work.session.execute(statement, execution_options={"synchronize_session": False})
    work.changed(old.hotel_id, "message", old.conversation_id, old.id)
    work.session.expunge(old)
