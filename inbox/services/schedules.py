"""Messages for later: written now, sent when their time comes, changed or dropped until then."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import IS_SCHEDULED, STATUS_RANK, Attachment, Conversation, Hotel, Message
from inbox.services import attention, audit, conversations, parcels, replies
from inbox.services.transaction import Work, transaction

SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=365)
BATCH = 50


def moment(hotel_id: int, local: str) -> datetime:
    """The moment that the hotel's clock shows as `local` (2026-11-25T18:30). Raises `Invalid`
    (`at`) for what is no time, is over, does not exist there, or is more than a year away.
    """
    zone = ZoneInfo(db.session.get_one(Hotel, hotel_id).timezone)
    try:
        naive = datetime.fromisoformat(local.strip())
    except ValueError:
        raise Invalid({"at": "Choose a day and a time."}) from None
    at = naive if naive.tzinfo else naive.replace(tzinfo=zone)
    at = at.astimezone(clock.now().tzinfo)
    if naive.tzinfo is None and at.astimezone(zone).replace(tzinfo=None) != naive:
        raise Invalid({"at": "The clocks change that night, so this time does not exist."})
    return checked(at)


def checked(at: datetime) -> datetime:
    """The moment, if it can be scheduled for. Raises `Invalid` (`at`)."""
    now = clock.now()
    if at < now:
        raise Invalid({"at": "That time is over. Choose a later one, or send it now."})
    if at > now + LATEST:
        raise Invalid({"at": "That is more than a year away."})
    return at


def of_conversation(hotel_id: int, conversation_id: int) -> list[Message]:
    """What is scheduled for this conversation, the next one first."""
    return _scheduled(hotel_id, Message.conversation_id == conversation_id)


def of_hotel(hotel_id: int) -> list[tuple[Message, Conversation]]:
    """All that is scheduled at this hotel with its conversation, the next one first."""
    messages = _scheduled(hotel_id)
    found = conversations.by_ids(hotel_id, {message.conversation_id for message in messages})
    by_id = {conversation.id: conversation for conversation in found}
    return [(message, by_id[message.conversation_id]) for message in messages]


def _scheduled(hotel_id: int, *conditions: object) -> list[Message]:
    query = (
        select(Message)
        .where(Message.hotel_id == hotel_id, IS_SCHEDULED, *conditions)  # type: ignore[arg-type]
        .options(joinedload(Message.author), selectinload(Message.attachments))
        .order_by(Message.scheduled_for, Message.id)
    )
    return list(db.session.scalars(query))


def change(hotel_id: int, message_id: int, by: audit.Doer, body: str, at: datetime) -> None:
    """Another text or another time. Raises `Invalid`, `NotFound`, and `Conflict` when it went."""
    with transaction() as work:
        message = _held(work, hotel_id, message_id)
        if message.kind == "text":
            message.body = parcels.text(body).body
        message.scheduled_for = message.sorted_at = checked(at)
        message.expires_at = at + replies.lifetime(message)
        _record(work, message, by, "message.reschedule")


def drop(hotel_id: int, message_id: int, by: audit.Doer) -> None:
    """It is not to be sent. Raises `NotFound`, and `Conflict` when it went."""
    with transaction() as work:
        message = _held(work, hotel_id, message_id)
        _record(work, message, by, "message.unschedule")
        work.session.execute(delete(Attachment).where(Attachment.message_id == message_id))
        work.session.execute(delete(Message).where(Message.id == message_id))
        work.session.expunge(message)


def send_now(hotel_id: int, message_id: int, by: audit.Doer) -> None:
    """Do not wait for its time. Raises `NotFound`, and `Conflict` when it went."""
    with transaction() as work:
        message = _held(work, hotel_id, message_id)
        conversation = work.session.get_one(Conversation, message.conversation_id)
        _release(work, conversation, message)
        attention.answered(conversation, message)
        _record(work, message, by, "message.send_scheduled")


def release_due(now: datetime) -> int:
    """Put what is due into the queue. Returns how many. Safe to run in many workers."""
    ids = db.session.execute(
        select(Message.id, Message.hotel_id)
        .where(IS_SCHEDULED, Message.scheduled_for <= now)
        .order_by(Message.scheduled_for, Message.id)
        .limit(BATCH)
    ).all()
    for row in ids:
        with transaction() as work:
            try:
                message = _held(work, row.hotel_id, row.id)
            except (NotFound, Conflict):
                continue  # another worker was faster, or somebody dropped it
            if message.scheduled_for is None or message.scheduled_for > now:
                continue
            conversation = work.session.get_one(Conversation, message.conversation_id)
            _release(work, conversation, message)
            attention.said(conversation, message)
    return len(ids)


def _release(work: Work, conversation: Conversation, message: Message) -> None:
    now = clock.now()
    file = work.session.scalar(
        select(Attachment).where(Attachment.message_id == message.id, Attachment.storage_key != "")
    )
    uploads = file is not None and "forward" not in (message.payload or {})
    message.status = "uploading" if uploads else "queued"
    message.rank = STATUS_RANK[message.status]
    message.queued_at, message.arrived_at = now, now
    message.sorted_at = max(now, conversation.last_message_at)
    message.expires_at = now + replies.lifetime(message)
    if file is not None and uploads:
        file.upload_at = now
        work.ring(workers.UPLOAD, file.id)
    work.ring(workers.SEND, message.instance_id)
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)


def _held(work: Work, hotel_id: int, message_id: int) -> Message:
    mine = select(Message).where(Message.hotel_id == hotel_id, Message.id == message_id)
    message = work.session.scalar(mine)
    if message is None:
        raise NotFound()
    conversations.locked(work, hotel_id, message.conversation_id)
    work.session.refresh(message)
    if message.status != "scheduled":
        raise Conflict("This message has been sent meanwhile.")
    return message


def _record(work: Work, message: Message, by: audit.Doer, action: str) -> None:
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
    audit.record(
        work,
        audit.name_of(by),
        action,
        hotel_id=message.hotel_id,
        subject=f"message:{message.id}",
    )
