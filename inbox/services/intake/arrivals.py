"""A message from the provider becomes a row: in its place, with its file, its quote, its effect."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from inbox import clock
from inbox.dispatch import workers
from inbox.greenapi.contents import File, Quoted, UnknownContent
from inbox.greenapi.notifications import MessageNotification
from inbox.models import STATUS_RANK, Attachment, Conversation, Instance, Message
from inbox.models.states import Direction, MessageStatus, Origin
from inbox.services.conversations import attention, first_contacts, previews
from inbox.services.messages import incoming, statuses
from inbox.services.transaction import Work
from inbox.services.upserts import insert_new

LATE = timedelta(minutes=2)
ONE_SECOND = timedelta(seconds=1)  # Green API counts in whole seconds
ORIGINS = {"guest": Origin.GUEST, "phone": Origin.PHONE, "api": Origin.ELSEWHERE}
PLACEHOLDER = "unknown"  # the kind of a message that this version cannot read


def take_in(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    notification: MessageNotification,
    event_id: int | None,
) -> Message | None:
    """Insert the message and return it. One that is here already stays as it is (None), except a
    placeholder that can be read by now.
    """
    message = _insert(work, instance, conversation, notification, event_id)
    if message is None:
        return _read_at_last(work, instance, conversation, notification)
    if message.direction == Direction.IN:
        instance.last_inbound_at = clock.now()
        _hear(work, conversation, message)
    _complete(work, message, notification)
    if message.direction == Direction.IN:
        attention.arrived(work, conversation, message)
    else:
        attention.answered_elsewhere(work, conversation, message)
    return message


def _hear(work: Work, conversation: Conversation, message: Message) -> None:
    """What a word of the guest's tells about ours (it arrived, they are no stranger) and is due."""
    conversation.plan_look(clock.now())
    if conversation.last_direction == Direction.OUT and conversation.kind == "person":
        statuses.proven_by_reply(work, conversation, message.sorted_at)
    if conversation.last_inbound_at is None and conversation.last_message_id is not None:
        first_contacts.release(work, conversation)


def of_provider(work: Work, instance_id: int, id_message: str) -> Message | None:
    """The message that the provider calls so."""
    return work.session.scalar(
        select(Message).where(Message.instance_id == instance_id, Message.id_message == id_message)
    )


def is_placeholder(work: Work, instance: Instance, id_message: str) -> bool:
    """Whether the message is here, but could not be read when it came."""
    message = of_provider(work, instance.id, id_message)
    return message is not None and message.kind == PLACEHOLDER


def placed(
    work: Work, conversation: Conversation, provider_at: datetime | None, now: datetime
) -> tuple[datetime, bool]:
    """Where a message stands in its thread: at the provider's time, never in the future; within one
    second in the order of arrival. True beside it when that is above something that the desk may
    have read already.
    """
    at = min(provider_at or now, now)
    if conversation.last_message_id is None or conversation.last_message_at <= at:
        return at, False  # nothing stands later, so nothing stands later in this second
    last_of_second = work.session.scalar(
        select(func.max(Message.sorted_at)).where(
            Message.conversation_id == conversation.id,
            Message.sorted_at > at,
            Message.sorted_at < at + ONE_SECOND,
        )
    )
    sorted_at = last_of_second or at
    return sorted_at, sorted_at < conversation.last_message_at and now - sorted_at > LATE


def _insert(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    notification: MessageNotification,
    event_id: int | None,
) -> Message | None:
    """The new row as it stands in the database, to be read; None when it is there already."""
    now = clock.now()
    sorted_at, is_late = placed(work, conversation, notification.timestamp, now)
    quote, is_incoming = notification.quoted, notification.is_incoming
    quoted_id, preview = _quote(work, instance, conversation, quote) if quote else (None, "")
    values: dict[str, Any] = dict(
        hotel_id=instance.hotel_id,
        conversation_id=conversation.id,
        instance_id=instance.id,
        event_id=event_id,
        direction=Direction.IN if is_incoming else Direction.OUT,
        origin=ORIGINS[notification.origin],
        id_message=notification.id_message,
        sender_chat_id=notification.sender.canonical[:120] if notification.sender else "",
        sender_name=notification.sender_name[:200] if is_incoming else "",
        quoted_id=quoted_id,
        quoted_id_message=quote.stanza_id[:120] if quote else "",
        quoted_preview=preview,
        arrived_at=now,
        sorted_at=sorted_at,
        arrived_late=is_late,
        status=MessageStatus.NONE if is_incoming else MessageStatus.ACCEPTED,
        rank=0 if is_incoming else STATUS_RANK[MessageStatus.ACCEPTED],
        accepted_at=None if is_incoming else notification.timestamp,
        analyse_at=now if is_incoming and notification.content.text else None,
        **incoming.columns(notification.content, forwarded=notification.is_forwarded),
    )
    message_id = insert_new(work.session, Message, **values)
    return None if message_id is None else Message(id=message_id, **values)


def _read_at_last(
    work: Work, instance: Instance, conversation: Conversation, notification: MessageNotification
) -> Message | None:
    message = of_provider(work, instance.id, notification.id_message)
    if message is None or message.kind != PLACEHOLDER:
        return None
    if message.conversation_id != conversation.id or isinstance(
        notification.content, UnknownContent
    ):
        return None
    columns = incoming.columns(notification.content, forwarded=notification.is_forwarded)
    message.kind, message.body = columns["kind"], columns["body"]
    message.payload = {**(message.payload or {}), **columns["payload"]}
    message.analyse_at = clock.now() if message.direction == Direction.IN and message.body else None
    attention.refresh_line(work, conversation)
    _complete(work, message, notification)
    return message


def _quote(
    work: Work, instance: Instance, conversation: Conversation, quote: Quoted
) -> tuple[int | None, str]:
    """The quoted message's id and what is shown of it. A quote of another chat (a private answer to
    a group) is told in words only: the link would lead nowhere in this thread.
    """
    found = of_provider(work, instance.id, quote.stanza_id) if quote.stanza_id else None
    if found is not None and found.conversation_id == conversation.id:
        return found.id, previews.preview(found)[:200]
    is_told = quote.kind != PLACEHOLDER
    return None, previews.line(quote.kind, quote.preview_text)[:200] if is_told else ""


def _complete(work: Work, message: Message, notification: MessageNotification) -> None:
    """The file to fetch, the sentiment to read, the browsers to tell."""
    if isinstance(notification.content, File):
        _attach(work, message, notification.content)
    if message.analyse_at is not None:
        work.wake(workers.READ_SENTIMENT)
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)


def _attach(work: Work, message: Message, file: File) -> None:
    values = incoming.attachment_columns(file)
    now = clock.now()
    waiting = values["state"] == "waiting"
    attachment = Attachment(
        hotel_id=message.hotel_id,
        message_id=message.id,
        next_attempt_at=now if waiting else None,
        created_at=now,
        **values,
    )
    work.session.add(attachment)
    work.session.flush()
    if waiting:
        work.wake(workers.FETCH_MEDIA, attachment.id)
