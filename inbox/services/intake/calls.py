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


def report(work: Work, instance: Instance, notice: CallNotification, event_id: int | None) -> None:
    """Write what is new of this call. News that is older than what we know changes nothing.

    A call of the guest that nobody took waits for the hotel; a call of the hotel answers.
    """
    assert notice.chat_id is not None  # a call of several has no thread to stand in
    conversation = guests.conversation_with(work, instance, notice.chat_id, notice.chat_name)
    message_id = _insert(work, instance, conversation, notice, event_id)
    if message_id is None:
        _update(work, instance, notice)
        return
    message = work.session.get_one(Message, message_id)
    if notice.is_incoming:
        attention.arrived(work, conversation, message)
    else:
        attention.answered_elsewhere(work, conversation, message)
    work.changed(instance.hotel_id, "message", conversation.id, message.id)


def _insert(
    work: Work,
    instance: Instance,
    conversation: Conversation,
    notice: CallNotification,
    event_id: int | None,
) -> int | None:
    now = clock.now()
    sorted_at = arrivals.position(work, conversation, notice.timestamp, now)
    return insert_new(
        work.session,
        Message,
        hotel_id=instance.hotel_id,
        conversation_id=conversation.id,
        instance_id=instance.id,
        event_id=event_id,
        direction=Direction.IN if notice.is_incoming else Direction.OUT,
        origin=Origin.GUEST if notice.is_incoming else Origin.PHONE,
        kind="call",
        payload=_payload(notice),
        id_message=notice.id_message,
        provider_at=notice.timestamp,
        arrived_at=now,
        sorted_at=sorted_at,
        arrived_late=arrivals.is_late(conversation, sorted_at, now),
    )


def _payload(notice: CallNotification) -> dict[str, Any]:
    return {
        "state": notice.state.value,
        "video": notice.is_video,
        "seconds": notice.seconds,
    }


def _update(work: Work, instance: Instance, notice: CallNotification) -> None:
    message = arrivals.of_provider(work, instance.id, notice.id_message)
    if message is None or message.kind != "call":
        return
    asked_before = attention.asks(message)
    old, new = message.payload or {}, _payload(notice)
    message.payload = {
        "state": max(str(old.get("state")), new["state"], key=lambda one: RANK.get(one, -1)),
        "video": bool(old.get("video")) or new["video"],
        "seconds": max(int(old.get("seconds") or 0), new["seconds"]),
    }
    conversation = work.session.get_one(Conversation, message.conversation_id)
    if attention.asks(message) and not asked_before:
        attention.asked(work, conversation, message)
    elif asked_before and not attention.asks(message):
        attention.withdrawn(work, conversation, message)
    attention.refresh_line(work, conversation)
    work.changed(message.hotel_id, "message", conversation.id, message.id)
