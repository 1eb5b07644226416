"""Passing a message on to another conversation of the same hotel.

WhatsApp forwards what it knows from the same number, and marks it so. Anything else goes as a
message of our own with the same content.
"""

from dataclasses import dataclass
from typing import Any

from inbox.errors import Conflict
from inbox.models import Conversation, Message
from inbox.models.states import AttachmentState
from inbox.services.conversations import conversations, threads
from inbox.services.messages.outgoing import (
    FILE_KINDS,
    Outgoing,
    OutgoingContent,
    StoredFile,
    stored,
)
from inbox.services.replies import replies

KINDS = ("text", "choice", *FILE_KINDS, "location", "contact", "contacts", "poll")
NOT_CONTENT = ("forward", "votes", "voted_at")
NOT_HERE = "The file is not here, so it cannot be forwarded. Use the hotel's phone."
SEVERAL = "Several contacts at once can be forwarded only from the number that has them."


@dataclass(frozen=True)
class Forward:
    """The message to pass on. What becomes of it depends on whom it goes to."""

    message_id: int


def may(message: Message) -> bool:
    """Whether there is something in it that can be passed on."""
    marker = (message.payload or {}).get("marker")
    return message.kind in KINDS and message.deleted_at is None and not marker


def send(hotel_id: int, conversation_id: int, outgoing: Outgoing[Forward]) -> Message:
    """Queue a person's forward and return its row. The same `client_ref` again returns the same
    row. Raises `NotFound`, and `Conflict` for what cannot be passed on.
    """
    target = conversations.get(hotel_id, conversation_id)
    content = content_of(hotel_id, outgoing.content.message_id, target)
    return replies.send(hotel_id, target.id, outgoing.holding(content))


def content_of(hotel_id: int, message_id: int, target: Conversation) -> OutgoingContent:
    """The message as it goes to another conversation. Raises `NotFound`, and `Conflict` for what
    cannot be passed on.
    """
    original = threads.message(hotel_id, message_id)
    source = conversations.get(hotel_id, original.conversation_id)
    if not may(original):
        raise Conflict("This message cannot be forwarded.")
    known = original.id_message and source.instance_id == target.instance_id
    return _as_it_is(original, source) if known else _copy(original)


def _as_it_is(original: Message, source: Conversation) -> OutgoingContent:
    """WhatsApp passes on what it has; our row shows the same."""
    payload = {
        **_content(original),
        "forward": {"chat_id": source.chat_id, "id_message": original.id_message},
    }
    return OutgoingContent(original.kind, original.body, payload, _file(original))


def _copy(original: Message) -> OutgoingContent:
    file = _file(original)
    if original.kind == "contacts":
        raise Conflict(SEVERAL)
    if original.kind in FILE_KINDS and file is None:
        raise Conflict(NOT_HERE)
    kind = "text" if original.kind == "choice" else original.kind
    return OutgoingContent(kind, original.body, _content(original), file)


def _content(original: Message) -> dict[str, Any]:
    kept = {k: v for k, v in (original.payload or {}).items() if k not in NOT_CONTENT}
    return {**kept, "forwarded": True}


def _file(original: Message) -> StoredFile | None:
    """Our own copy of its file, if it is here."""
    ready = [
        file
        for file in original.attachments
        if file.state == AttachmentState.READY and file.storage_key
    ]
    return stored(ready[0]) if ready else None
