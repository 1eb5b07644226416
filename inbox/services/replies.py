"""What the hotel writes: a reply becomes a row of the outbox, once, whatever the browser does
twice.
"""

from datetime import timedelta

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict, Invalid, NotFound
from inbox.models import STATUS_RANK, TEXT_LIMIT, Conversation, Message
from inbox.services import attention, audit, conversations, previews, threads
from inbox.services.insertion import insert_new
from inbox.services.transaction import Work, transaction

REF_LIMIT = 100
KEPT = timedelta(hours=24)  # a reply older than this is not sent any more, but shown as expired
DESK, API = "desk", "api"
PRIORITY = {DESK: 0, API: 1}  # what a person typed goes first (D6)


def send_text(
    hotel_id: int,
    conversation_id: int,
    staff_id: int,
    body: str,
    client_ref: str,
    quoted_message_id: int | None = None,
) -> Message:
    """Queue a person's reply and return its row. The same `client_ref` again returns the same row.

    Raises `Invalid` (fields `body`, `client_ref`, `quoted`) and `NotFound`.
    """
    checked = checked_text(body, client_ref)
    with transaction() as work:
        conversation = conversations.locked(work, hotel_id, conversation_id)
        quoted = _quoted(work, conversation, quoted_message_id)
        message_id, new = _queue(
            work, conversation, checked, DESK, client_ref, author_id=staff_id, quoted=quoted
        )
        if new:
            _record_act(work, "message.send", hotel_id, message_id, staff_id)
    return threads.message(hotel_id, message_id)


def send_from_program(
    work: Work, conversation: Conversation, body: str, client_ref: str | None, token_id: int
) -> int:
    """Queue what a program sends, inside the caller's transaction. Returns the message's id."""
    message_id, new = _queue(work, conversation, body, API, client_ref)
    if new:
        audit.record(
            work,
            f"token:{token_id}",
            "message.send",
            hotel_id=conversation.hotel_id,
            subject=f"message:{message_id}",
        )
    return message_id


def checked_text(body: str, client_ref: str | None, field: str = "body") -> str:
    """The text as it will be sent. Raises `Invalid` in words."""
    text = body.replace("\r\n", "\n").strip()
    fields = {}
    if not text:
        fields[field] = "Write something first."
    elif len(text) > TEXT_LIMIT:
        fields[field] = (
            f"WhatsApp takes at most {TEXT_LIMIT:,} characters; this text has {len(text):,}."
        )
    elif "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        fields[field] = "The text holds a character that cannot be sent."
    if client_ref is not None and not (
        1 <= len(client_ref) <= REF_LIMIT and client_ref.isprintable()
    ):
        fields["client_ref"] = f"client_ref must be 1 to {REF_LIMIT} visible characters."
    if fields:
        raise Invalid(fields)
    return text


def _quoted(work: Work, conversation: Conversation, message_id: int | None) -> Message | None:
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


def _queue(
    work: Work,
    conversation: Conversation,
    body: str,
    origin: str,
    client_ref: str | None,
    *,
    author_id: int | None = None,
    quoted: Message | None = None,
) -> tuple[int, bool]:
    now = clock.now()
    sorted_at = max(now, conversation.last_message_at)
    message_id = insert_new(
        work.session,
        Message,
        hotel_id=conversation.hotel_id,
        conversation_id=conversation.id,
        instance_id=conversation.instance_id,
        direction="out",
        origin=origin,
        kind="text",
        body=body,
        client_ref=client_ref,
        author_id=author_id,
        quoted_id=quoted.id if quoted else None,
        quoted_id_message=(quoted.id_message or "") if quoted else "",
        quoted_preview=previews.preview(quoted)[:200] if quoted else "",
        arrived_at=now,
        sorted_at=sorted_at,
        status="queued",
        rank=STATUS_RANK["queued"],
        priority=PRIORITY[origin],
        queued_at=now,
        expires_at=now + KEPT,
    )
    if message_id is None:
        return _earlier(work, conversation, body, origin, client_ref), False
    attention.answered(conversation, work.session.get_one(Message, message_id))
    work.changed(conversation.hotel_id, "message", conversation.id, message_id)
    work.ring(workers.SEND, conversation.instance_id)
    return message_id, True


def _earlier(
    work: Work, conversation: Conversation, body: str, origin: str, client_ref: str | None
) -> int:
    """The row that used this reference first. Another text or recipient under it is a mistake."""
    earlier = work.session.scalars(
        select(Message).where(
            Message.hotel_id == conversation.hotel_id,
            Message.origin == origin,
            Message.client_ref == client_ref,
        )
    ).one()
    if earlier.conversation_id != conversation.id or earlier.body != body:
        raise Conflict("This client_ref was used before, for another message.")
    return earlier.id


def retry(hotel_id: int, message_id: int, staff_id: int) -> Message:
    """Queue a new attempt at a message that failed, and set the failed one aside.

    A second click finds nothing to retry: `Conflict`, as for anything but a text. What failed on
    the hotel's phone is tried by the desk. Raises `NotFound`.
    """
    with transaction() as work:
        conversation, failed = _failed(work, hotel_id, message_id)
        if failed.kind != "text" or not failed.body:
            raise Conflict("Only a text can be tried again. Send this from the hotel's phone.")
        attempt_id, _ = _queue(
            work,
            conversation,
            failed.body,
            failed.origin if failed.origin in PRIORITY else DESK,
            f"retry-{failed.id}",
            author_id=staff_id,
            quoted=_quoted(work, conversation, failed.quoted_id),
        )
        _set_aside(work, failed, "retried")
        _record_act(work, "message.retry", hotel_id, attempt_id, staff_id)
    return threads.message(hotel_id, attempt_id)


def discard(hotel_id: int, message_id: int, staff_id: int) -> Message:
    """Take a failed message off the desk's mind; the thread keeps it as cancelled."""
    with transaction() as work:
        _, failed = _failed(work, hotel_id, message_id)
        _set_aside(work, failed, "discarded")
        _record_act(work, "message.discard", hotel_id, message_id, staff_id)
    return threads.message(hotel_id, message_id)


def _failed(work: Work, hotel_id: int, message_id: int) -> tuple[Conversation, Message]:
    mine = select(Message).where(Message.hotel_id == hotel_id, Message.id == message_id)
    message = work.session.scalar(mine)
    if message is None:
        raise NotFound()
    conversation = conversations.locked(work, hotel_id, message.conversation_id)
    work.session.refresh(message)
    if message.status not in ("failed", "expired"):
        raise Conflict("This message did not fail, so there is nothing to do again.")
    return conversation, message


def _set_aside(work: Work, message: Message, why: str) -> None:
    message.status = "cancelled"
    message.failure_code = why
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)


def _record_act(work: Work, action: str, hotel_id: int, message_id: int, staff_id: int) -> None:
    audit.record(
        work,
        audit.by_staff(staff_id),
        action,
        hotel_id=hotel_id,
        subject=f"message:{message_id}",
    )
