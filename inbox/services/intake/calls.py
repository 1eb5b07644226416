"""A call is one line in the thread, updated in place as news of it comes."""

from typing import Any

from inbox import clock
from inbox.greenapi.telephone import CallNotification, CallState
from inbox.models import Conversation, Instance, Message
from inbox.models.states import Direction, Origin
from inbox.services.conversations import attention
from inbox.services.guests import guests
from inbox.services.intake import arrivals
from inbox.services.transaction import Work
from inbox.services.upserts import insert_new

RANK = {state.value: rank for rank, state in enumerate(CallState)}


def report(
    work: Work, instance: Instance, notification: CallNotification, event_id: int | None
) -> None:
    """Write what is new of this call. News that is older than what we know changes nothing.

    A call of the guest that nobody took waits for the hotel; a call of the hotel answers.
    """
    assert notification.chat_id is not None  # a call of several has no thread to stand in
    conversation = guests.conversation_with(
        work, instance, notification.chat_id, notification.chat_name
    )
    message_id = _insert(work, instance, conversation, notification, event_id)
    if message_id is None:
        _update(work, instance, notification)
        return
    message = work.session.get_one(Message, message_id)
    if notification.is_incoming:
        attention.arrived(work, conversation, message)
    else:
        attention.answered_elsewhere(work, conversation, message)
    work.changed(instance.hotel_id, "message", conversation.id, message.id)


def _insert(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    notification: CallNotification,
    event_id: int | None,
) -> int | None:
    now = clock.now()
    sorted_at, is_late = arrivals.placed(work, conversation, notification.timestamp, now)
    return insert_new(
        work.session,
        Message,
        hotel_id=instance.hotel_id,
        conversation_id=conversation.id,
        instance_id=instance.id,
        event_id=event_id,
        direction=Direction.IN if notification.is_incoming else Direction.OUT,
        origin=Origin.GUEST if notification.is_incoming else Origin.PHONE,
        kind="call",
        payload=_payload(notification),
        id_message=notification.id_message,
        arrived_at=now,
        sorted_at=sorted_at,
        arrived_late=is_late,
    )


def _payload(notification: CallNotification) -> dict[str, Any]:
    return {
        "state": notification.state.value,
        "video": notification.is_video,
        "seconds": notification.seconds,
    }


def _update(work: Work, instance: Instance, notification: CallNotification) -> None:
    message = arrivals.of_provider(work, instance.id, notification.id_message)
    if message is None or message.kind != "call":
        return
    asked_before = message.asks
    old, new = message.payload or {}, _payload(notification)
    message.payload = {
        "state": max(str(old.get("state")), new["state"], key=lambda one: RANK.get(one, -1)),
        "video": bool(old.get("video")) or new["video"],
        "seconds": max(int(old.get("seconds") or 0), new["seconds"]),
    }
    conversation = work.session.get_one(Conversation, message.conversation_id)
    if message.asks and not asked_before:
        attention.asked(work, conversation, message)
    elif asked_before and not message.asks:
        attention.withdrawn(work, conversation, message)
    attention.refresh_line(work, conversation)
    work.changed(message.hotel_id, "message", conversation.id, message.id)
