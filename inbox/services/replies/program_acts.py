"""A program changes its mind about a message that a program sent. What a person wrote is theirs."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy import select

from inbox.errors import Conflict, Forbidden, Invalid
from inbox.extensions import db
from inbox.models import Message
from inbox.models.states import MessageStatus, Origin
from inbox.services.audit import Program
from inbox.services.messages import corrections
from inbox.services.replies import cancellations, schedules, sent_messages
from inbox.services.replies.replies import Queued

THEIRS = "A person wrote this message. A program may only change what programs sent."
ONLY_TEXT = "Only a text can be changed. Delete this message and send another."
FORWARDED = "WhatsApp forwards this as it is. Cancel it and send a text of your own."
NOT_SCHEDULED = "This message is not scheduled any more, so its time cannot be changed."
NO_REACTIONS = "Green API has no call that reacts to a message. React on the hotel's phone."


def cancel(hotel_id: int, message_id: int, token_id: int) -> None:
    """Call back what has not left. Safe to repeat. Raises `NotFound`, `Forbidden`, `Conflict`."""
    message = own(hotel_id, message_id)
    if (message.status, message.failure_code) != (MessageStatus.CANCELLED, "called_back"):
        cancellations.cancel(hotel_id, message_id, Program(token_id))


def retry(hotel_id: int, message_id: int, token_id: int) -> Queued:
    """Queue another attempt at a message that failed, unless somebody did so before. Raises
    `NotFound`, `Forbidden`, `Conflict`.
    """
    message = own(hotel_id, message_id)
    if (message.status, message.failure_code) == (MessageStatus.CANCELLED, "retried"):
        attempt = _attempt(message)
        if attempt is not None:
            return Queued(attempt, is_new=False)
    attempt = cancellations.retry(hotel_id, message_id, Program(token_id)).id
    return Queued(attempt, is_new=True)


def _attempt(message: Message) -> int | None:
    return db.session.scalar(
        select(Message.id).where(
            Message.hotel_id == message.hotel_id,
            Message.origin == message.origin,
            Message.client_ref == f"{cancellations.RETRIED}{message.id}",
        )
    )


def change(
    hotel_id: int, message_id: int, token_id: int, text: str | None, send_at: datetime | None
) -> None:
    """Another text, for a scheduled one also another time. Raises `Invalid` (`text`, `at`),
    `NotFound`, `Forbidden`, `Conflict`.
    """
    message = own(hotel_id, message_id)
    if text is not None and message.kind != "text":
        raise Conflict(ONLY_TEXT)
    if message.status == MessageStatus.SCHEDULED:
        if text is not None and not schedules.may_have_text(message):
            raise Conflict(FORWARDED)
        at = send_at or message.scheduled_for
        assert at is not None
        body = message.body if text is None else text
        schedules.change(hotel_id, message_id, Program(token_id), body, at)
    elif send_at is not None:
        raise Conflict(NOT_SCHEDULED)
    elif text is None:
        raise Invalid({"text": "Give a text or another time."})
    else:
        corrections.edit(hotel_id, message_id, Program(token_id), text)


def delete(hotel_id: int, message_id: int, token_id: int) -> None:
    """Take it back from the guest's phone. Safe to repeat. Raises `NotFound`, `Forbidden`,
    `Conflict`.
    """
    message = own(hotel_id, message_id)
    if message.deleted_at is None:
        corrections.delete(hotel_id, message_id, Program(token_id))


def react(hotel_id: int, message_id: int) -> NoReturn:
    """Cannot be done: raises `NotFound` or `Conflict`, in words."""
    sent_messages.one(hotel_id, message_id)
    raise Conflict(NO_REACTIONS)


def own(hotel_id: int, message_id: int) -> Message:
    """A message that a program sent. Raises `NotFound`, and `Forbidden` for a person's."""
    message = sent_messages.one(hotel_id, message_id).message
    if message.origin != Origin.API:
        raise Forbidden(THEIRS)
    return message
