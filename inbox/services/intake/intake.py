"""What a notification does to the hotel's rows. Every function may meet the same event twice, and
in any order: news of a message that is not here yet waits for it.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, and_, bindparam, exists, false, or_, select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import Base
from inbox.greenapi.contents import Deletion, Edit, PollVotes, Reaction
from inbox.greenapi.errors import Reason
from inbox.greenapi.notifications import (
    MessageNotification,
    Notification,
    QuotaNotification,
    StateNotification,
    StatusNotification,
)
from inbox.greenapi.states import Delivery
from inbox.greenapi.telephone import CallNotification
from inbox.models import Conversation, Instance, Message, WebhookEvent
from inbox.models.states import EventState, MessageStatus
from inbox.services.guests import guests
from inbox.services.intake import amendments, arrivals, calls, repeats
from inbox.services.intake.bodies import WebhookBody, read
from inbox.services.intake.quarantine import Unusable, guarded
from inbox.services.lines import line
from inbox.services.messages import corrections, matching, statuses
from inbox.services.transaction import Work

LONGEST_ID = 120  # cut short, two ids could become one and the second message be lost
TOO_LONG = "idMessage is longer than any message's"
OLD_NEWS = timedelta(hours=1)

# A message of the same conversation that quoted this one before it was here.
_MESSAGES = Base.metadata.tables[Message.__tablename__]
_QUOTES_IT = and_(
    _MESSAGES.c.conversation_id == bindparam("of_conversation"),
    _MESSAGES.c.sorted_at >= bindparam("no_sooner"),
    _MESSAGES.c.quoted_id_message == bindparam("quoted_as", type_=String),
    _MESSAGES.c.quoted_id.is_(None),
)
_FIND_IT = (
    _MESSAGES.update().where(_QUOTES_IT).values(quoted_id=bindparam("it")).returning(_MESSAGES.c.id)
)
# Asked after every message, and nearly always answered twice no: made once.
_WAITS = select(
    exists()
    .where(
        WebhookEvent.instance_id == bindparam("of_number"),
        WebhookEvent.state == EventState.PARKED,
        or_(
            WebhookEvent.waits_for == bindparam("message", type_=String),
            and_(
                WebhookEvent.waits_for == "",
                WebhookEvent.chat_id == bindparam("chat", type_=String),
            ),
        ),
    )
    .label("parked"),
    exists().where(_QUOTES_IT).label("quoted"),
)


def apply_body(work: Work, instance: Instance, body: WebhookBody, event_id: int) -> str:
    """Make sure that a body is this instance's, and apply it: for what just came, what is replayed,
    and what was parked. Returns the event's state. Raises `Unusable`.
    """
    if body.notification is None:
        raise Unusable(body.error)
    if body.notification.id_instance != instance.id_instance:
        raise Unusable("instanceData.idInstance is that of another number")
    return apply(work, instance, body.notification, event_id)


def apply(
    work: Work, instance: Instance, notification: Notification, event_id: int | None = None
) -> str:
    """Write what the notification says and return the event's state. Raises `Unusable`.

    `event_id` is the stored event that it stands in: its message remembers it, and when it has to
    wait for another message the event says for which.
    """
    if isinstance(notification, MessageNotification):
        return _message(work, instance, notification, event_id)
    if isinstance(notification, StatusNotification):
        return _status(work, instance, notification, event_id)
    if isinstance(notification, StateNotification):
        line.state_reported(work, instance, notification.state, notification.timestamp)
        return EventState.APPLIED
    if isinstance(notification, CallNotification):
        return _call(work, instance, notification, event_id)
    if isinstance(notification, QuotaNotification):
        return _quota(work, instance, notification)
    return EventState.IGNORED


def release_parked(
    work: Work, instance: Instance, chat_id: str, message: Message | None = None
) -> None:
    """Apply what was parked about this message, or as a possible echo in this chat, now that more
    is known. Quotes of the message find it.
    """
    id_message = (message.id_message or "") if message else ""
    asked = {
        "of_number": instance.id,
        "message": id_message or None,
        "chat": chat_id or None,
        "of_conversation": message and message.conversation_id,
        "no_sooner": message and message.sorted_at - arrivals.ONE_SECOND,
        "quoted_as": message and message.id_message,
    }
    waits = work.connection.execute(_WAITS, asked).one()
    if message is not None and waits.quoted:
        linked = work.connection.execute(_FIND_IT, asked | {"it": message.id}).scalars()
        for quoting_id in linked.all():
            work.changed(message.hotel_id, "message", message.conversation_id, quoting_id)
    if waits.parked:
        _apply_parked(work, instance, chat_id, id_message)


def _apply_parked(work: Work, instance: Instance, chat_id: str, id_message: str) -> None:
    about_it = [WebhookEvent.waits_for == id_message] if id_message else []
    echoes = and_(WebhookEvent.waits_for == "", WebhookEvent.chat_id == chat_id)
    events = work.session.scalars(
        select(WebhookEvent)
        .where(
            WebhookEvent.instance_id == instance.id,
            WebhookEvent.state == EventState.PARKED,
            or_(*about_it, *([echoes] if chat_id else []), false()),
        )
        .order_by(WebhookEvent.id)
    ).all()
    for event in events:
        _release(work, instance, event)


def _release(work: Work, instance: Instance, event: WebhookEvent) -> None:
    event.state, event.error = guarded(
        work, lambda: apply_body(work, instance, read(event.body), event.id)
    )
    event.applied_at = clock.now()


def _parked(work: Work, event_id: int | None, waits_for: str = "") -> str:
    """The event waits for the message with this id; without one, for its chat to settle."""
    work.session.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id == event_id)
        .values(waits_for=waits_for[:LONGEST_ID]),
        execution_options={"synchronize_session": False},
    )
    return EventState.PARKED


def _status(
    work: Work, instance: Instance, notification: StatusNotification, event_id: int | None
) -> str:
    known = statuses.move(
        work, instance.id, notification.id_message, notification.status, notification.timestamp
    )
    if notification.status == Delivery.SUSPENDED and not _is_old(notification.timestamp):
        line.pause(work, instance, Reason.SUSPENDED)
    if known or corrections.heard(work, instance.id, notification.id_message, notification.status):
        return EventState.APPLIED
    return _parked(work, event_id, notification.id_message)


def _call(
    work: Work, instance: Instance, notification: CallNotification, event_id: int | None
) -> str:
    if notification.chat_id is None:
        return EventState.IGNORED
    if notification.chat_id.kind not in ("person", "lid", "group"):
        raise Unusable("the caller's id is of a kind that is not known")
    if len(notification.id_message) > LONGEST_ID:
        raise Unusable(TOO_LONG)
    calls.report(work, instance, notification, event_id)
    return EventState.APPLIED


def _quota(work: Work, instance: Instance, notification: QuotaNotification) -> str:
    """The plan takes no new chat: the desk is told, and sending tries again in a minute."""
    if _is_old(notification.timestamp):
        return EventState.IGNORED
    line.pause(work, instance, Reason.QUOTA)
    return EventState.APPLIED


def _is_old(at: datetime | None) -> bool:
    return at is not None and clock.now() - at > OLD_NEWS


def _message(
    work: Work, instance: Instance, notification: MessageNotification, event_id: int | None
) -> str:
    if notification.chat_id.kind in ("status", "newsletter"):
        return EventState.IGNORED
    if notification.chat_id.kind == "unknown":
        raise Unusable("senderData.chatId is of a kind that is not known")
    if len(notification.id_message) > LONGEST_ID:
        raise Unusable(TOO_LONG)
    content = notification.content
    if isinstance(content, Reaction | Edit | Deletion | PollVotes):
        known = amendments.apply(work, instance, notification, content)
        return EventState.APPLIED if known else _parked(work, event_id, content.stanza_id)
    conversation = guests.conversation_with(
        work, instance, notification.chat_id, _guest_name(notification)
    )
    if notification.is_echo:
        settled = _echo(work, instance, conversation, notification, event_id)
        if settled:
            return settled
    message = arrivals.take_in(work, instance, conversation, notification, event_id)
    if message is None:
        return EventState.IGNORED
    if notification.is_echo:
        repeats.notice(work, instance, conversation, message)
    release_parked(work, instance, "", message)
    return EventState.APPLIED


def _guest_name(notification: MessageNotification) -> str:
    """The other side's name. In a group, and in what the hotel wrote, the sender is not that."""
    if notification.chat_id.kind == "group":
        return notification.chat_name
    if not notification.is_incoming:
        return notification.chat_name
    name = notification.sender_contact_name or notification.sender_name or notification.chat_name
    return "" if name.lstrip("+").isdigit() else name


def _echo(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    notification: MessageNotification,
    event_id: int | None,
) -> str | None:
    """The echo of an API send: of ours, or of another program's (None: insert it as such).

    While our own call is still out, the echo waits: the answer will say whose it is.
    """
    if matching.taken(work.session, instance.id, notification.id_message):
        return (
            None
            if arrivals.is_placeholder(work, instance, notification.id_message)
            else EventState.APPLIED
        )
    open_message = matching.possibly_sent(work.session, conversation.id)
    if open_message is None or not matching.same_content(open_message, notification.content):
        return None
    if open_message.status == MessageStatus.SENDING:
        return _parked(work, event_id)
    matched = matching.match(work, open_message.id, notification.id_message, notification.timestamp)
    release_parked(work, instance, "", matched)
    work.wake(workers.SEND, instance.id)
    return EventState.APPLIED
