"""Journal objects: Green API's own record of messages, both directions, one shape.

Names differ from webhooks (`senderId`, `location`, a flat `textMessage`). Journals lag up to two
minutes and know only what WhatsApp gave the instance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.contents import Content, Quoted, read_message
from inbox.greenapi.fields import Fields
from inbox.greenapi.states import Delivery, delivery


@dataclass(frozen=True)
class JournalMessage:
    """A message as the journal has it. `status` is None for an incoming one.

    `edited_message_id` and `deleted_message_id` name the message that this one edits or deletes.
    `raw` is the whole object: `journal_webhooks.as_webhook` makes a webhook of it.
    """

    id_message: str
    direction: Literal["incoming", "outgoing"]
    timestamp: datetime | None
    chat_id: ChatId
    sender: ChatId | None
    sender_name: str = field(repr=False)
    sender_contact_name: str = field(repr=False)
    content: Content
    quoted: Quoted | None
    type_message: str
    status: Delivery | None
    raw_status: str
    sent_by_api: bool | None
    is_forwarded: bool
    is_edited: bool
    is_deleted: bool
    edited_message_id: str
    deleted_message_id: str
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


def read_journal_message(fields: Fields) -> JournalMessage | None:
    """The message in a journal object; None if it has no id, chat or direction."""
    direction, id_message = fields.text("type"), fields.word("idMessage")
    chat_id, sender = fields.text("chatId"), fields.text("senderId")
    if direction not in ("incoming", "outgoing") or not id_message or not chat_id:
        return None
    is_outgoing, parts = direction == "outgoing", read_message(fields)
    return JournalMessage(
        id_message=id_message,
        direction="outgoing" if is_outgoing else "incoming",
        timestamp=fields.moment("timestamp"),
        chat_id=parse(chat_id),
        sender=parse(sender) if sender else None,
        sender_name=fields.text("senderName").strip(),
        sender_contact_name=fields.text("senderContactName").strip(),
        content=parts.content,
        quoted=parts.quoted,
        type_message=fields.text("typeMessage")[:64],
        status=delivery(fields.raw("statusMessage")) if is_outgoing else None,
        raw_status=fields.word("statusMessage")[:64],
        sent_by_api=fields.flag("sendByApi"),
        is_forwarded=parts.is_forwarded,
        is_edited=fields.flag("isEdited") is True,
        is_deleted=fields.flag("isDeleted") is True,
        edited_message_id=fields.word("editedMessageId"),
        deleted_message_id=fields.word("deletedMessageId"),
        raw=fields.values,
    )
