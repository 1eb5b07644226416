"""A journal object, told as the webhook that it should have come by.

The two have the same content under different names: a journal is flat (`textMessage`, `senderId`)
or has other blocks (`location`). The webhook made here has the dedupe key of the real one, so that
each may come first and the other is a repetition.
"""

from collections.abc import Mapping

from inbox.greenapi.fields import Fields

_TEXT_FIELDS = ("textMessage", "isTemplateMessage")
_FILE_FIELDS = (
    "downloadUrl",
    "caption",
    "fileName",
    "jpegThumbnail",
    "mimeType",
    "isAnimated",
    "videoNote",
)
_FORWARDING = ("forwardingScore", "isForwarded")
_FILES = (
    "imageMessage",
    "videoMessage",
    "audioMessage",
    "documentMessage",
    "stickerMessage",
)
_EXTENDED = ("extendedTextMessage", "quotedMessage", "reactionMessage")

# typeMessage -> the name of its block in a webhook and in a journal.
_RENAMED = {
    "locationMessage": ("locationMessageData", "location"),
    "contactMessage": ("contactMessageData", "contact"),
    "pollMessage": ("pollMessageData", "poll"),
    "pollUpdateMessage": ("pollMessageData", "poll"),
    "groupInviteMessage": ("groupInviteMessageData", "groupInviteMessage"),
}

# What says where and when, not what: it stands in the webhook's envelope.
_ENVELOPE = {
    "type",
    "idMessage",
    "timestamp",
    "chatId",
    "senderId",
    "senderName",
    "senderContactName",
    "statusMessage",
    "sendByApi",
}


def as_webhook(
    raw: Mapping[str, object], id_instance: int, wid: str = ""
) -> dict[str, object] | None:
    """The body of the webhook for a journal object; None if it has no id, chat or direction.

    Outgoing without `sendByApi` counts as sent by API: an echo of our own is matched before it is
    taken for somebody else's.
    """
    fields = Fields(raw)
    direction, chat_id = fields.text("type"), fields.text("chatId")
    if direction not in ("incoming", "outgoing") or not chat_id or not fields.word("idMessage"):
        return None
    incoming = direction == "incoming"
    sender = fields.text("senderId") if incoming else wid
    return {
        "typeWebhook": _type_webhook(fields, incoming),
        "instanceData": {"idInstance": id_instance, "wid": wid, "typeInstance": "whatsapp"},
        "timestamp": raw.get("timestamp"),
        "idMessage": raw["idMessage"],
        "senderData": {
            "chatId": chat_id,
            "sender": sender,
            "senderName": fields.text("senderName"),
            "senderContactName": fields.text("senderContactName"),
        },
        "messageData": _message_data(fields),
    }


def _type_webhook(fields: Fields, incoming: bool) -> str:
    if incoming:
        return "incomingMessageReceived"
    by_phone = fields.flag("sendByApi") is False
    return "outgoingMessageReceived" if by_phone else "outgoingAPIMessageReceived"


def _message_data(fields: Fields) -> dict[str, object]:
    edited, deleted = _other(fields, "editedMessageId"), _other(fields, "deletedMessageId")
    type_message = fields.text("typeMessage")
    if deleted or type_message == "deletedMessage":
        return _about_another("deletedMessage", "deletedMessageData", fields, deleted)
    if edited or type_message == "editedMessage":
        return _about_another("editedMessage", "editedMessageData", fields, edited)
    data: dict[str, object] = {"typeMessage": type_message, **_content(type_message, fields)}
    if fields.has("quotedMessage"):
        data["quotedMessage"] = fields.raw("quotedMessage")
    return data


def _other(fields: Fields, key: str) -> str:
    """The id of another message; '' when the message names itself."""
    named = fields.word(key)
    return "" if named == fields.word("idMessage") else named


def _about_another(
    type_message: str, name: str, fields: Fields, stanza_id: str
) -> dict[str, object]:
    """An edit or a deletion: the webhook's block names the message that it is about."""
    block = dict(fields.block(name).values)
    if stanza_id:
        block["stanzaId"] = stanza_id
    words = fields.text("textMessage") or _extended(fields).get("text")
    if type_message == "editedMessage" and words:
        block.setdefault("textMessage", words)
    if type_message == "editedMessage" and fields.text("caption"):
        block.setdefault("caption", fields.text("caption"))
    return {"typeMessage": type_message, name: block}


def _content(type_message: str, fields: Fields) -> dict[str, object]:
    if type_message == "textMessage":
        return {"textMessageData": _block("textMessageData", "", _TEXT_FIELDS, fields)}
    if type_message in _EXTENDED:
        return {"extendedTextMessageData": _extended(fields)}
    if type_message in _FILES:
        return {"fileMessageData": _block("fileMessageData", "", _FILE_FIELDS, fields)}
    if type_message == "contactsArrayMessage":
        return {"messageData": _contacts(fields)}
    webhook, journal = _RENAMED.get(type_message, ("", ""))
    if webhook and (fields.has(webhook) or fields.has(journal)):
        return {webhook: _block(webhook, journal, (), fields)}
    # A kind whose names do not differ, or that is new: all there is, as it came.
    return {
        key: value
        for key, value in fields.values.items()
        if key not in _ENVELOPE and key not in ("typeMessage", "quotedMessage")
    }


def _block(webhook: str, journal: str, names: tuple[str, ...], fields: Fields) -> dict[str, object]:
    """The webhook's block, from wherever the journal has it: there already, renamed, or flat."""
    named = fields.block(webhook) or (fields.block(journal) if journal else Fields({}))
    flat = {name: fields.raw(name) for name in (*names, *_FORWARDING) if fields.has(name)}
    return {**flat, **named.values}


def _extended(fields: Fields) -> dict[str, object]:
    """The extended text; its words may stand in the block, or beside it as a flat text."""
    block = _block("extendedTextMessageData", "extendedTextMessage", (), fields)
    if not isinstance(block.get("text"), str) or not block["text"]:
        words = fields.text("textMessage")
        if words or "text" not in block:
            block["text"] = words
    return block


def _contacts(fields: Fields) -> dict[str, object]:
    """Several cards stand one level deeper than anything else (docs/green-api.md 6)."""
    inner = fields.block("messageData") or fields.block("contactsArray")
    flat = {name: fields.raw(name) for name in ("contacts", *_FORWARDING) if fields.has(name)}
    return {**flat, **inner.values}
