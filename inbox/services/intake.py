"""What a notification does to the hotel's rows. Every function may meet the same event twice."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from inbox import clock
from inbox.dispatch import workers
from inbox.greenapi.notifications import (
    MessageNotification,
    Notification,
    StateNotification,
    StatusNotification,
)
from inbox.models import (
    STATUS_RANK,
    Attachment,
    Conversation,
    Instance,
    Message,
    WebhookEvent,
)
from inbox.services import adoption, contents, guests, line, statuses, threads
from inbox.services.insertion import insert_new
from inbox.services.notices import read as read_body
from inbox.services.transaction import Work

APPLIED, IGNORED, PARKED = "applied", "ignored", "parked"
LONGEST_ID = 120  # cut short, two ids could become one and the second message be lost
LATE = timedelta(minutes=2)
ONE_SECOND = timedelta(seconds=1)  # Green API counts in whole seconds
ORIGINS = {"guest": "guest", "phone": "phone", "api": "elsewhere"}


class Unusable(Exception):
    """The event is understood as JSON and yet cannot be applied. The text names no content."""


def apply(work: Work, instance: Instance, notification: Notification) -> str:
    """Write what the notification says and return the event's state. Raises `Unusable`."""
    if isinstance(notification, MessageNotification):
        return _message(work, instance, notification)
    if isinstance(notification, StatusNotification):
        return _status(work, instance, notification)
    if isinstance(notification, StateNotification):
        line.state_reported(work, instance, notification.state, notification.timestamp)
        return APPLIED
    return IGNORED


def release_parked(work: Work, instance: Instance, chat_id: str, id_message: str = "") -> None:
    """Apply what was parked about this chat or this message, now that more is known."""
    events = work.session.scalars(
        select(WebhookEvent)
        .where(
            WebhookEvent.instance_id == instance.id,
            WebhookEvent.state == PARKED,
            or_(WebhookEvent.chat_id == chat_id, WebhookEvent.id_message == id_message),
        )
        .order_by(WebhookEvent.id)
    ).all()
    for event in events:
        event.state = apply(work, instance, read_body(event.body))
        event.applied_at = clock.now()


def _status(work: Work, instance: Instance, notice: StatusNotification) -> str:
    known = statuses.move(work, instance.id, notice.id_message, notice.status, notice.timestamp)
    return APPLIED if known else PARKED


def _message(work: Work, instance: Instance, notice: MessageNotification) -> str:
    if notice.chat_id.kind in ("status", "newsletter"):
        return IGNORED
    if notice.chat_id.kind == "unknown":
        raise Unusable("senderData.chatId is of a kind that is not known")
    if len(notice.id_message) > LONGEST_ID:
        raise Unusable("idMessage is longer than any message's")
    guest = guests.find_or_make(work, instance.hotel_id, notice.chat_id, _guest_name(notice))
    conversation = guests.conversation_with(work, instance, notice.chat_id, guest)
    if notice.origin == "api":
        settled = _echo(work, instance, conversation, notice)
        if settled:
            return settled
    message_id = _insert(work, instance, conversation, notice)
    if message_id is None:
        return IGNORED
    _after(work, instance, conversation, message_id, notice)
    return APPLIED


def _guest_name(notice: MessageNotification) -> str:
    """The other side's name. In a group, and in what the hotel wrote, the sender is not that."""
    if notice.chat_id.kind == "group":
        return notice.chat_name
    if notice.origin != "guest":
        return notice.chat_name
    name = notice.sender_contact_name or notice.sender_name or notice.chat_name
    return "" if name.lstrip("+").isdigit() else name


def _echo(
    work: Work, instance: Instance, conversation: Conversation, notice: MessageNotification
) -> str | None:
    """The echo of an API send: of ours, or of another program's (None: insert it as such).

    While our own call is still out, the echo waits: the answer will say whose it is.
    """
    if adoption.taken(work.session, instance.id, notice.id_message):
        return APPLIED
    open_message = adoption.in_doubt(work.session, conversation.id)
    if open_message is None or not adoption.same_text(open_message.body, notice.content.text):
        return None
    if open_message.status == "sending":
        return PARKED
    adoption.adopt(work, open_message.id, notice.id_message, notice.timestamp)
    release_parked(work, instance, "", notice.id_message)
    work.ring(workers.SEND, instance.id)
    return APPLIED


def _insert(
    work: Work, instance: Instance, conversation: Conversation, notice: MessageNotification
) -> int | None:
    now = clock.now()
    sorted_at = _sorted_at(conversation, notice.timestamp, now)
    quoted = _quoted(work, instance, notice)
    incoming = notice.is_incoming
    return insert_new(
        work.session,
        Message,
        hotel_id=instance.hotel_id,
        conversation_id=conversation.id,
        instance_id=instance.id,
        direction="in" if incoming else "out",
        origin=ORIGINS[notice.origin],
        id_message=notice.id_message,
        sender_chat_id=notice.sender.canonical[:120] if notice.sender else "",
        sender_name=notice.sender_name[:200] if incoming else "",
        quoted_id=quoted.id if quoted else None,
        quoted_id_message=notice.quoted.stanza_id[:120] if notice.quoted else "",
        quoted_preview=_quoted_preview(notice, quoted),
        provider_at=notice.timestamp,
        arrived_at=now,
        sorted_at=sorted_at,
        arrived_late=_late(conversation, sorted_at, now),
        status="" if incoming else "accepted",
        rank=0 if incoming else STATUS_RANK["accepted"],
        accepted_at=None if incoming else notice.timestamp,
        **contents.columns(notice.content),
    )


def _sorted_at(conversation: Conversation, provider_at: datetime | None, now: datetime) -> datetime:
    """The provider's time, never in the future; within one second, the order of arrival."""
    at = min(provider_at or now, now)
    newest = conversation.last_message_at if conversation.last_message_id else at
    return newest if at < newest < at + ONE_SECOND else at


def _late(conversation: Conversation, sorted_at: datetime, now: datetime) -> bool:
    """Whether it stands above something that the desk may have read already."""
    overtaken = conversation.last_message_id and sorted_at < conversation.last_message_at
    return bool(overtaken) and now - sorted_at > LATE


def _quoted(work: Work, instance: Instance, notice: MessageNotification) -> Message | None:
    if not notice.quoted or not notice.quoted.stanza_id:
        return None
    return work.session.scalar(
        select(Message).where(
            Message.instance_id == instance.id, Message.id_message == notice.quoted.stanza_id
        )
    )


def _quoted_preview(notice: MessageNotification, quoted: Message | None) -> str:
    if quoted is not None:
        return threads.preview(quoted)[:200]
    return notice.quoted.preview_text[:200] if notice.quoted else ""


def _after(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    message_id: int,
    notice: MessageNotification,
) -> None:
    """The file to fetch, the conversation's state, the browsers to tell."""
    _attach(work, instance, message_id, notice)
    at = work.session.scalars(select(Message.sorted_at).where(Message.id == message_id)).one()
    content = notice.content
    if notice.is_incoming:
        instance.last_inbound_at = clock.now()
        threads.arrived(conversation, message_id, at, content.kind, content.text)
    else:
        threads.answered(conversation, message_id, at, content.text, content.kind)
        release_parked(work, instance, "", notice.id_message)
    work.changed(instance.hotel_id, "message", conversation.id, message_id)


def _attach(work: Work, instance: Instance, message_id: int, notice: MessageNotification) -> None:
    values = contents.attachment_columns(notice.content)
    if values is None:
        return
    now = clock.now()
    waiting = values["state"] == "waiting"
    attachment = Attachment(
        hotel_id=instance.hotel_id,
        message_id=message_id,
        next_attempt_at=now if waiting else None,
        created_at=now,
        **values,
    )
    work.session.add(attachment)
    work.session.flush()
    if waiting:
        work.ring(workers.FETCH_MEDIA, attachment.id)
