"""What the hotel writes becomes a row of the outbox, once, whatever the browser does twice."""

from dataclasses import dataclass

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict, Invalid
from inbox.models import STATUS_RANK, Attachment, Conversation, Message
from inbox.models.states import AttachmentState, Direction, MessageStatus, Origin
from inbox.services import audit, locks
from inbox.services.conversations import attention, previews, receipts, threads
from inbox.services.messages.outgoing import KEPT, Outgoing, OutgoingContent, StoredFile
from inbox.services.replies import due_times
from inbox.services.transaction import Work, transaction
from inbox.services.upserts import insert_new

USED_BEFORE = "This client_ref was used before, for another message."
PRIORITY: dict[str, int] = {Origin.DESK: 0, Origin.API: 1}  # what a person typed goes first (D6)
LATER = 1  # the priority of what was scheduled


@dataclass(frozen=True)
class Queued:
    """The message that was asked for. Not `is_new`: its reference was used for the same before."""

    message_id: int
    is_new: bool


def send(hotel_id: int, conversation_id: int, outgoing: Outgoing[OutgoingContent]) -> Message:
    """Queue or schedule what a person sends and return its row. The same `client_ref` again returns
    the same row.

    Raises `Invalid` (fields `quoted`, `at`), `NotFound`, and `Conflict` when the reference was used
    for something else.
    """
    with transaction() as work:
        conversation = locks.conversation_of(work, hotel_id, conversation_id)
        queued = queue(work, conversation, outgoing)
        message_id = queued.message_id
        if queued.is_new:
            audit.act_on_message(work, outgoing.by, "message.send", hotel_id, message_id)
            if outgoing.send_at is None:
                receipts.owe(work, conversation, receipts.ANSWER)
    return threads.message(hotel_id, message_id)


def queue(work: Work, conversation: Conversation, outgoing: Outgoing[OutgoingContent]) -> Queued:
    """Write the row inside the caller's transaction, the conversation held. A reference that was
    used for the same before leads to that row, even if its time is over by now. Raises `Conflict`
    if it was used for another, and `Invalid` (`quoted`, `at`).
    """
    content, at, quoted = outgoing.content, outgoing.send_at, None
    if outgoing.quoted_message_id is not None:
        quoted = _quotable(work, conversation, outgoing.quoted_message_id)
    uploads = content.file is not None and not content.is_forward
    status = MessageStatus.UPLOADING if uploads else MessageStatus.QUEUED
    if at is not None:
        due_times.in_reach(at)
        status = MessageStatus.SCHEDULED
    message_id = _insert(work, conversation, outgoing, quoted, status)
    if message_id is None:
        return Queued(_earlier(work, conversation, outgoing), is_new=False)
    if at is not None:
        due_times.checked(at)
    if content.file is not None:
        _attach(work, conversation.hotel_id, message_id, content.file, status)
    if at is None:
        attention.answered(conversation, work.session.get_one(Message, message_id))
        work.wake(workers.SEND, conversation.instance_id)
    kind = "message" if at is None else "schedule"
    work.changed(conversation.hotel_id, kind, conversation.id, message_id)
    return Queued(message_id, is_new=True)


def _quotable(work: Work, conversation: Conversation, message_id: int) -> Message:
    """The message to quote, of this conversation and known to Green API. Raises `Invalid`."""
    quoted = work.session.scalar(
        select(Message).where(
            Message.hotel_id == conversation.hotel_id,
            Message.conversation_id == conversation.id,
            Message.id == message_id,
        )
    )
    if quoted is None or not quoted.id_message:
        raise Invalid({"quoted": "That message cannot be quoted."})
    return quoted


def _insert(
    work: Work,
    conversation: Conversation,
    outgoing: Outgoing[OutgoingContent],
    quoted: Message | None,
    status: MessageStatus,
) -> int | None:
    """The new row's id; None when its reference was used before."""
    now, at, content, kept = clock.now(), outgoing.send_at, outgoing.content, outgoing.kept
    return insert_new(
        work.session,
        Message,
        hotel_id=conversation.hotel_id,
        conversation_id=conversation.id,
        instance_id=conversation.instance_id,
        direction=Direction.OUT,
        kind=content.kind,
        body=content.body,
        payload=dict(content.payload),
        origin=outgoing.origin,
        client_ref=outgoing.client_ref,
        author_id=outgoing.by if isinstance(outgoing.by, int) else None,
        request_digest=outgoing.digest,
        quoted_id=quoted.id if quoted else None,
        quoted_id_message=(quoted.id_message or "") if quoted else "",
        quoted_preview=previews.preview(quoted)[:200] if quoted else "",
        arrived_at=now,
        sorted_at=at or max(now, conversation.last_message_at),
        status=status,
        rank=STATUS_RANK[status],
        priority=LATER if at else PRIORITY[outgoing.origin],
        scheduled_for=at,
        queued_at=None if at else now,
        expires_at=(at or now) + (kept or KEPT[outgoing.origin]),
        kept_seconds=int(kept.total_seconds()) if kept else None,
    )


def _attach(
    work: Work, hotel_id: int, message_id: int, file: StoredFile, status: MessageStatus
) -> None:
    """The message's file, ready for the desk to see; Green API is brought it by a job, that of a
    scheduled message when its time has come."""
    now = clock.now()
    attachment = Attachment(
        hotel_id=hotel_id,
        message_id=message_id,
        kind=file.kind,
        state=AttachmentState.READY,
        file_name=file.name,
        mime_type=file.mime_type,
        size=file.size,
        width=file.width,
        height=file.height,
        storage_key=file.key,
        thumb_key=file.thumb_key,
        upload_at=now if status == MessageStatus.UPLOADING else None,
        created_at=now,
    )
    work.session.add(attachment)
    work.session.flush()
    if attachment.upload_at is not None:
        work.wake(workers.UPLOAD, attachment.id)


def _earlier(work: Work, conversation: Conversation, outgoing: Outgoing[OutgoingContent]) -> int:
    """The row that used this reference first. Another content or recipient under it is a
    mistake.
    """
    earlier = work.session.scalars(
        select(Message).where(
            Message.hotel_id == conversation.hotel_id,
            Message.origin == outgoing.origin,
            Message.client_ref == outgoing.client_ref,
        )
    ).one()
    if earlier.conversation_id != conversation.id or not is_same(earlier, outgoing):
        raise Conflict(USED_BEFORE)
    return earlier.id


def is_same(earlier: Message, outgoing: Outgoing[OutgoingContent]) -> bool:
    """Whether the earlier message is what is asked for now: by its digest if there is one, since an
    edit may have changed the text meanwhile.
    """
    if earlier.request_digest and outgoing.digest:
        return earlier.request_digest == outgoing.digest
    content, payload = outgoing.content, earlier.payload or {}  # a poll's gains votes meanwhile
    has_payload = all(payload.get(key) == value for key, value in content.payload.items())
    return has_payload and (earlier.kind, earlier.body) == (content.kind, content.body)
