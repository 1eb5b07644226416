"""Writing first to people who never wrote: WhatsApp bans numbers for it, so there is a limit.

docs/green-api.md 12: at most 20 new recipients a day for a warm number. Above the hotel's limit the
first message waits in our outbox until a day has passed over an earlier one, the person writes, or
somebody responsible lets it go.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict
from inbox.models import IS_UNFINISHED, Conversation, Hotel, Message
from inbox.models.states import HoldReason, MessageStatus
from inbox.services import audit, locks
from inbox.services.transaction import Work, transaction

PERIOD = timedelta(days=1)


def is_first(conversation: Conversation) -> bool:
    """Whether a message now would be our first to somebody who never wrote."""
    return (
        conversation.kind == "person"
        and conversation.last_inbound_at is None
        and conversation.first_contact_at is None
    )


def admit(work: Work, message: Message, conversation: Conversation, now: datetime) -> bool:
    """Whether this message may go now. If not, it is held until the limit allows it."""
    if not is_first(conversation):
        return True
    free_at = (
        None
        if message.hold_reason == HoldReason.WAIVED
        else _free_at(work, conversation.hotel_id, now)
    )
    if free_at is None:
        conversation.first_contact_at = now
        return True
    message.hold_reason, message.not_before = HoldReason.FIRST_CONTACT_LIMIT, free_at
    if message.kept_seconds is None:
        message.expires_at = free_at + PERIOD
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
    return False


def _free_at(work: Work, hotel_id: int, now: datetime) -> datetime | None:
    """When the next first contact is allowed; None: at once."""
    limit = work.session.scalars(
        select(Hotel.first_contacts_a_day).where(Hotel.id == hotel_id)
    ).one()
    lately = (Conversation.hotel_id == hotel_id, Conversation.first_contact_at > now - PERIOD)
    count = work.session.scalar(select(func.count()).select_from(Conversation).where(*lately)) or 0
    if count < limit:
        return None
    if limit == 0:
        return now + PERIOD
    decisive = work.session.scalars(
        select(Conversation.first_contact_at)
        .where(*lately)
        .order_by(Conversation.first_contact_at)
        .offset(count - limit)
        .limit(1)
    ).one()
    assert decisive is not None
    return decisive + PERIOD


def release(work: Work, conversation: Conversation) -> None:
    """They wrote: whatever was held back from them may go."""
    released = work.session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.status == MessageStatus.QUEUED,
            Message.hold_reason == HoldReason.FIRST_CONTACT_LIMIT,
        )
        .values(hold_reason=HoldReason.NONE, not_before=None)
        .returning(Message.id),
        execution_options={"synchronize_session": False},
    ).scalars()
    for message_id in released.all():
        work.changed(conversation.hotel_id, "message", conversation.id, message_id)
        work.wake(workers.SEND, conversation.instance_id)


def weigh_again(work: Work, hotel_id: int) -> None:
    """The limit is another one: what is held back is looked at anew."""
    held = work.session.execute(
        update(Message)
        .where(
            Message.hotel_id == hotel_id,
            IS_UNFINISHED,
            Message.status == MessageStatus.QUEUED,
            Message.hold_reason == HoldReason.FIRST_CONTACT_LIMIT,
        )
        .values(not_before=None)
        .returning(Message.instance_id),
        execution_options={"synchronize_session": False},
    ).scalars()
    for instance_id in set(held):
        work.wake(workers.SEND, instance_id)


def waive(hotel_id: int, message_id: int, staff_id: int) -> None:
    """Somebody responsible lets one message go all the same. Raises `NotFound`, `Conflict`."""
    with transaction() as work:
        _, message = locks.message_of(work, hotel_id, message_id)
        if (
            message.status != MessageStatus.QUEUED
            or message.hold_reason != HoldReason.FIRST_CONTACT_LIMIT
        ):
            raise Conflict("This message is not held back any more.")
        message.hold_reason, message.not_before = HoldReason.WAIVED, None
        if message.kept_seconds is None:
            message.expires_at = clock.now() + PERIOD
        work.changed(hotel_id, "message", message.conversation_id, message.id)
        work.wake(workers.SEND, message.instance_id)
        audit.act(work, staff_id, "message.waive_limit", message)
