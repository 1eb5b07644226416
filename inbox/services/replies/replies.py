"""What the hotel writes becomes a row of the outbox, once, whatever the browser does twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict, Invalid
from inbox.models import STATUS_RANK, Attachment, Conversation, Message
from inbox.services import audit
from inbox.services.conversations import attention, conversations, previews, receipts, threads
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import OutgoingContent
from inbox.services.replies import due_times
from inbox.services.transaction import Work, transaction
from inbox.services.upserts import insert_new

REF_LIMIT = 100
DESK, API = "desk", "api"
USED_BEFORE = "This client_ref was used before, for another message."
PRIORITY = {DESK: 0, API: 1}  # what a person typed goes first (D6)
LATER = 1  # the priority of what was scheduled
# What is older is not sent any more, but shown as expired: "your table is ready" was true then.
KEPT = {DESK: timedelta(hours=6), API: timedelta(hours=24)}


@dataclass(frozen=True)
class Source:
    """Who sends: a person at the desk, or a program. `client_ref` is theirs and used once.

    `kept`: how long the message may wait before it is not sent any more, the usual time if None.
    `digest` stands for all that was asked for; with it the same reference is compared by it alone.
    """

    origin: str
    client_ref: str | None
    author_id: int | None = None
    kept: timedelta | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        ref = self.client_ref
        if ref is not None and not (1 <= len(ref) <= REF_LIMIT and ref.isprintable()):
            raise Invalid(
                {"client_ref": f"client_ref must be 1 to {REF_LIMIT} visible characters."}
            )

    def columns(self, begins: datetime) -> dict[str, Any]:
        """What a message of this source holds, when its time begins at this moment."""
        return {
            "origin": self.origin,
            "client_ref": self.client_ref,
            "author_id": self.author_id,
            "expires_at": begins + (self.kept or KEPT[self.origin]),
            "kept_seconds": int(self.kept.total_seconds()) if self.kept else None,
            "request_digest": self.digest,
        }


def lifetime(message: Message) -> timedelta:
    """How long the message may wait, from its time on, before it is not true any more."""
    if message.kept_seconds is not None:
        return timedelta(seconds=message.kept_seconds)
    return KEPT[message.origin]


def send_text(
    hotel_id: int,
    conversation_id: int,
    staff_id: int,
    body: str,
    client_ref: str,
    quoted_message_id: int | None = None,
) -> Message:
    """Queue a person's text; see `send`. Raises `Invalid` (field `body`) besides."""
    parcel = outgoing.text(body)
    return send(hotel_id, conversation_id, staff_id, parcel, client_ref, quoted_message_id)


def send(
    hotel_id: int,
    conversation_id: int,
    staff_id: int,
    parcel: OutgoingContent,
    client_ref: str,
    quoted_message_id: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Queue what a person sends and return its row. The same `client_ref` again returns the same
    row. With `at` it is scheduled for then.

    Raises `Invalid` (fields `client_ref`, `quoted`, `at`), `NotFound`, and `Conflict` when the
    reference was used for something else.
    """
    source = Source(DESK, client_ref, staff_id)
    with transaction() as work:
        conversation = conversations.locked(work, hotel_id, conversation_id)
        quoted = quotable(work, conversation, quoted_message_id)
        message_id, new = queue(work, conversation, parcel, source, quoted=quoted, at=at)
        if new and at is None:
            receipts.owe(work, conversation, receipts.ANSWER)
        if new:
            _record_act(work, "message.send", hotel_id, message_id, staff_id)
    return threads.message(hotel_id, message_id)


def quotable(work: Work, conversation: Conversation, message_id: int | None) -> Message | None:
    """The message to quote, of this conversation and known to Green API. Raises `Invalid`."""
    if message_id is None:
        return None
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


def queue(
    work: Work,
    conversation: Conversation,
    parcel: OutgoingContent,
    source: Source,
    *,
    quoted: Message | None = None,
    at: datetime | None = None,
) -> tuple[int, bool]:
    """Write the row inside the caller's transaction, the conversation held. Returns its id, and
    False when the reference was used before for the same, even if its time is over by now. Raises
    `Conflict` if for another, and `Invalid` (`at`).
    """
    if at is not None:
        due_times.in_reach(at)
    message_id = _insert(work, conversation, parcel, source, quoted, at)
    if message_id is None:
        return _earlier(work, conversation, parcel, source), False
    if at is not None:
        due_times.checked(at)
    _attach(work, conversation, message_id, parcel, upload=parcel.must_upload and at is None)
    if at is None:
        attention.answered(conversation, work.session.get_one(Message, message_id))
        work.wake(workers.SEND, conversation.instance_id)
    kind = "message" if at is None else "schedule"
    work.changed(conversation.hotel_id, kind, conversation.id, message_id)
    return message_id, True


def _insert(
    work: Work,
    conversation: Conversation,
    parcel: OutgoingContent,
    source: Source,
    quoted: Message | None,
    at: datetime | None,
) -> int | None:
    """The new row's id; None when its reference was used before."""
    now = clock.now()
    status = "scheduled" if at else "uploading" if parcel.must_upload else "queued"
    return insert_new(
        work.session,
        Message,
        hotel_id=conversation.hotel_id,
        conversation_id=conversation.id,
        instance_id=conversation.instance_id,
        direction="out",
        kind=parcel.kind,
        body=parcel.body,
        payload=dict(parcel.payload),
        quoted_id=quoted.id if quoted else None,
        quoted_id_message=(quoted.id_message or "") if quoted else "",
        quoted_preview=previews.preview(quoted)[:200] if quoted else "",
        arrived_at=now,
        sorted_at=at or max(now, conversation.last_message_at),
        status=status,
        rank=STATUS_RANK[status],
        priority=LATER if at else PRIORITY[source.origin],
        scheduled_for=at,
        queued_at=None if at else now,
        **source.columns(at or now),
    )


def _attach(
    work: Work,
    conversation: Conversation,
    message_id: int,
    parcel: OutgoingContent,
    *,
    upload: bool,
) -> None:
    """The message's file, ready for the desk to see; Green API is brought it by a job, that of a
    scheduled message when its time has come."""
    file, now = parcel.file, clock.now()
    if file is None:
        return
    attachment = Attachment(
        hotel_id=conversation.hotel_id,
        message_id=message_id,
        kind=file.kind,
        state="ready",
        file_name=file.name,
        mime_type=file.mime_type,
        size=file.size,
        width=file.width,
        height=file.height,
        storage_key=file.key,
        thumb_key=file.thumb_key,
        upload_at=now if upload else None,
        created_at=now,
    )
    work.session.add(attachment)
    work.session.flush()
    if attachment.upload_at is not None:
        work.wake(workers.UPLOAD, attachment.id)


def _earlier(
    work: Work, conversation: Conversation, parcel: OutgoingContent, source: Source
) -> int:
    """The row that used this reference first. Another content or recipient under it is a
    mistake.
    """
    earlier = work.session.scalars(
        select(Message).where(
            Message.hotel_id == conversation.hotel_id,
            Message.origin == source.origin,
            Message.client_ref == source.client_ref,
        )
    ).one()
    if earlier.conversation_id != conversation.id or not asks_the_same(earlier, parcel, source):
        raise Conflict(USED_BEFORE)
    return earlier.id


def asks_the_same(earlier: Message, parcel: OutgoingContent, source: Source) -> bool:
    """An order by its digest, since an edit may have changed the text meanwhile."""
    if earlier.request_digest and source.digest:
        return earlier.request_digest == source.digest
    holds = earlier.payload or {}  # a poll's has gained votes meanwhile
    told = all(holds.get(key) == value for key, value in parcel.payload.items())
    return told and (earlier.kind, earlier.body) == (parcel.kind, parcel.body)


def _record_act(work: Work, action: str, hotel_id: int, message_id: int, staff_id: int) -> None:
    audit.record(
        work,
        audit.by_staff(staff_id),
        action,
        hotel_id=hotel_id,
        subject=f"message:{message_id}",
    )
