"""Messages for later: written now, sent when their time comes, changed or dropped until then.

One chat goes out in the order of its rows (D5). So what is due waits, still scheduled, while
something that was written after it is on its way to the same chat: it would overtake that.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import (
    IS_SCHEDULED,
    STATUS_RANK,
    UNFINISHED,
    Attachment,
    Conversation,
    Message,
)
from inbox.models.states import MessageStatus
from inbox.services import audit, locks
from inbox.services.conversations import attention, conversations, receipts
from inbox.services.messages import failures, outgoing
from inbox.services.outbox import outbox
from inbox.services.replies import due_times, replies
from inbox.services.transaction import Work, transaction

BATCH = 50
_PARTS = (joinedload(Message.author), selectinload(Message.attachments))


def get(hotel_id: int, message_id: int) -> Message:
    """One that is still scheduled. Raises `NotFound`, and `Conflict` when it went."""
    message = db.session.scalar(_of(hotel_id, message_id).options(*_PARTS))
    if message is None:
        raise NotFound()
    return _still(message)


def of_conversation(hotel_id: int, conversation_id: int) -> list[Message]:
    """What is scheduled for this conversation, the next one first."""
    return _scheduled(hotel_id, Message.conversation_id + 0 == conversation_id)


def of_hotel(hotel_id: int) -> list[tuple[Message, Conversation]]:
    """All that is scheduled at this hotel with its conversation, the next one first."""
    messages = _scheduled(hotel_id)
    found = conversations.by_ids(hotel_id, {message.conversation_id for message in messages})
    by_id = {conversation.id: conversation for conversation in found}
    return [(message, by_id[message.conversation_id]) for message in messages]


def _scheduled(hotel_id: int, *conditions: ColumnElement[bool]) -> list[Message]:
    """Few are scheduled at any time. A sum has no index, so that SQLite goes through those few
    rather than through all that was ever said.
    """
    query = (
        select(Message)
        .where(Message.hotel_id + 0 == hotel_id, IS_SCHEDULED, *conditions)
        .options(*_PARTS)
        .order_by(Message.scheduled_for, Message.id)
    )
    return list(db.session.scalars(query))


def change(hotel_id: int, message_id: int, by: audit.Doer, body: str, at: datetime) -> None:
    """Another text, also under a file, or another time. Raises `Invalid` (`body`, `at`),
    `NotFound`, and `Conflict` when it went.
    """
    with transaction() as work:
        _, message = _scheduled_row(work, hotel_id, message_id)
        if may_have_text(message):
            message.body = _text_of(message.kind, body)
        message.scheduled_for = message.sorted_at = due_times.checked(at)
        message.expires_at = at + outgoing.lifetime(message)
        _record(work, message, by, "message.reschedule")


def may_have_text(message: Message) -> bool:
    """Whether it is a text, or a file that can have one under it. What WhatsApp forwards stays as
    it is.
    """
    kinds = ("text", *outgoing.CAPTIONED)
    return message.kind in kinds and "forward" not in (message.payload or {})


def _text_of(kind: str, body: str) -> str:
    if kind == "text":
        return outgoing.text(body).body
    return outgoing.text_under(kind, body, name="body")


def drop(hotel_id: int, message_id: int, by: audit.Doer, store: FolderStore) -> None:
    """It is not to be sent, and its file goes from the store. Raises `NotFound`, and `Conflict`
    when it went.
    """
    with transaction() as work:
        _, message = _scheduled_row(work, hotel_id, message_id)
        _record(work, message, by, "message.unschedule")
        freed = work.session.execute(
            delete(Attachment)
            .where(Attachment.message_id == message_id)
            .returning(Attachment.storage_key, Attachment.thumb_key)
        ).all()
        work.session.execute(delete(Message).where(Message.id == message_id))
        work.session.expunge(message)
        unused = [row for row in freed if not _is_shared(work, hotel_id, row.storage_key)]
    for row in unused:
        for key in filter(None, row):
            store.drop(key)


def _is_shared(work: Work, hotel_id: int, storage_key: str) -> bool:
    """Whether another message has the same file, as one that was forwarded has."""
    others = select(Attachment.id).where(
        Attachment.hotel_id == hotel_id, Attachment.storage_key == storage_key
    )
    return work.session.scalar(others.limit(1)) is not None


def send_now(hotel_id: int, message_id: int, by: audit.Doer) -> None:
    """Do not wait for its time. Raises `NotFound`, and `Conflict` when it went.

    It answers the guest. Behind something that waits in the same chat it goes right after that.
    """
    with transaction() as work:
        conversation, message = _scheduled_row(work, hotel_id, message_id)
        now = clock.now()
        message.priority = replies.PRIORITY[message.origin]
        message.scheduled_for = now
        message.expires_at = now + outgoing.lifetime(message)
        attention.all_answered(conversation)
        receipts.owe(work, conversation, receipts.ANSWER)
        _record(work, message, by, "message.send_scheduled")
        work.session.flush()
        if not work.session.scalar(_of(hotel_id, message_id).where(_is_behind())):
            _release(work, conversation, message, now)


def release_due(now: datetime) -> int:
    """Put what is due into the queue, or call it expired when its time is long over. Returns how
    many. Safe to run in many workers.
    """
    due = db.session.execute(
        select(Message.id, Message.hotel_id)
        .where(
            IS_SCHEDULED,
            Message.scheduled_for <= now,
            or_(~_is_behind(), Message.expires_at <= now),
        )
        .order_by(Message.scheduled_for, Message.id)
        .limit(BATCH)
    ).all()
    return sum(_let_go(row.hotel_id, row.id, now) for row in due)


def _let_go(hotel_id: int, message_id: int, now: datetime) -> bool:
    """False when another worker was faster, or somebody changed or dropped it meanwhile."""
    with transaction() as work:
        try:
            conversation, message = _scheduled_row(work, hotel_id, message_id)
        except (NotFound, Conflict):
            return False
        if message.scheduled_for is None or message.scheduled_for > now:
            return False
        if message.expires_at is not None and message.expires_at <= now:
            _expire(work, conversation, message, now)
        elif work.session.scalar(_of(hotel_id, message_id).where(_is_behind())):
            return False
        else:
            _release(work, conversation, message, now)
        return True


def _is_behind() -> ColumnElement[bool]:
    """Something younger of the same chat is under way."""
    other = aliased(Message)
    return exists().where(
        other.instance_id == Message.instance_id,
        other.conversation_id == Message.conversation_id,
        other.id > Message.id,
        other.status.in_(bindparam("unfinished", UNFINISHED, expanding=True, literal_execute=True)),
    )


def _release(work: Work, conversation: Conversation, message: Message, now: datetime) -> None:
    file = work.session.scalar(
        select(Attachment).where(Attachment.message_id == message.id, Attachment.storage_key != "")
    )
    uploads = file is not None and "forward" not in (message.payload or {})
    message.queued_at, message.arrived_at = now, now
    status = MessageStatus.UPLOADING if uploads else MessageStatus.QUEUED
    _place(work, conversation, message, status, now)
    attention.came_due(work, conversation, message)
    if conversation.waiting_since is None:
        receipts.owe(work, conversation, receipts.ANSWER)
    if file is not None and uploads:
        file.upload_at = now
        work.wake(workers.UPLOAD, file.id)
    work.wake(workers.SEND, message.instance_id)


def _expire(work: Work, conversation: Conversation, message: Message, now: datetime) -> None:
    message.failed_at = now
    message.failure_code, message.failure_text = "expired", outbox.WAITED_TOO_LONG
    _place(work, conversation, message, MessageStatus.EXPIRED, now)
    attention.said(conversation, message)
    failures.reopen(work, conversation, now)


def _place(
    work: Work, conversation: Conversation, message: Message, status: MessageStatus, now: datetime
) -> None:
    """Into the thread, at its end: its row may be older than others of the same moment."""
    message.status, message.rank = status, STATUS_RANK[status]
    message.sorted_at = max(now, conversation.last_message_at + timedelta(microseconds=1))
    work.session.flush()
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
    work.changed(message.hotel_id, "schedule", message.conversation_id)


def _of(hotel_id: int, message_id: int) -> Select[Message]:
    return select(Message).where(Message.hotel_id == hotel_id, Message.id == message_id)


def _scheduled_row(work: Work, hotel_id: int, message_id: int) -> tuple[Conversation, Message]:
    """Hold one that is still scheduled, with its conversation."""
    conversation, message = locks.message_of(work, hotel_id, message_id)
    return conversation, _still(message)


def _still(message: Message) -> Message:
    if message.status != MessageStatus.SCHEDULED:
        raise Conflict("This message has been sent meanwhile.")
    return message


def _record(work: Work, message: Message, by: audit.Doer, action: str) -> None:
    work.changed(message.hotel_id, "schedule", message.conversation_id)
    audit.act(work, by, action, message)
