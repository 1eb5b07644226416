"""What a message holds, in the two dialects of Green API: webhooks and journals."""

from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]

FILE_KINDS = {
    "image": "imageMessage",
    "video": "videoMessage",
    "audio": "audioMessage",
    "voice": "audioMessage",
    "document": "documentMessage",
    "sticker": "stickerMessage",
}
TEXT_KINDS = ("extendedTextMessage", "quotedMessage")
"""What a text sent by the API becomes."""

_FORWARD: Json = {"forwardingScore": 0, "isForwarded": False}


@dataclass(frozen=True)
class Content:
    """One message's content: `webhook` is its messageData, `journal` the same in journal style.

    `text` is what a person reads: the text, or a file's caption.
    """

    webhook: Json
    journal: Json
    text: str = ""

    @property
    def kind(self) -> str:
        """The typeMessage."""
        return str(self.webhook.get("typeMessage", ""))


def plain_text(text: str) -> Content:
    """A text as it mostly comes from a phone."""
    webhook = {
        "typeMessage": "textMessage",
        "textMessageData": {"textMessage": text, "isTemplateMessage": False},
    }
    return Content(webhook, {"typeMessage": "textMessage", "textMessage": text}, text)


def extended_text(text: str) -> Content:
    """A text as every API send is echoed, and as texts with a link come."""
    data = {
        "text": text,
        "description": "",
        "title": "",
        "previewType": "None",
        "jpegThumbnail": "",
        **_FORWARD,
    }
    kind = "extendedTextMessage"
    webhook = {"typeMessage": kind, "extendedTextMessageData": data}
    journal = {"typeMessage": kind, "textMessage": text, "extendedTextMessage": data}
    return Content(webhook, journal, text)


def file_of(kind: str, url: str, name: str, mime_type: str, caption: str, thumb: str) -> Content:
    """A file; `kind` is a typeMessage, `thumb` base64 or empty, `url` where it can be fetched."""
    data: Json = {
        "downloadUrl": url,
        "caption": caption,
        "fileName": name,
        "jpegThumbnail": thumb,
        "mimeType": mime_type,
        **_FORWARD,
        "isAnimated": False,
    }
    if kind == "videoMessage":
        data["videoNote"] = False
    webhook = {"typeMessage": kind, "fileMessageData": data}
    return Content(webhook, {"typeMessage": kind, **data}, caption)


def location(latitude: float, longitude: float, name: str, address: str) -> Content:
    """A place."""
    data = {
        "nameLocation": name,
        "address": address,
        "latitude": latitude,
        "longitude": longitude,
        "jpegThumbnail": "",
        **_FORWARD,
    }
    webhook = {"typeMessage": "locationMessage", "locationMessageData": data}
    return Content(webhook, {"typeMessage": "locationMessage", "location": data})


def contact(name: str, phone: str) -> Content:
    """A visiting card; `phone` is digits."""
    vcard = (
        f"BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\n"
        f"TEL;type=CELL;waid={phone}:+{phone}\nEND:VCARD"
    )
    data = {"displayName": name, "vcard": vcard, **_FORWARD}
    webhook = {"typeMessage": "contactMessage", "contactMessageData": data}
    return Content(webhook, {"typeMessage": "contactMessage", "contact": data}, name)


def poll(question: str, options: list[Json], multiple: bool) -> Content:
    """A poll."""
    data = {"name": question, "options": options, "multipleAnswers": multiple}
    webhook = {"typeMessage": "pollMessage", "pollMessageData": data}
    return Content(webhook, {"typeMessage": "pollMessage", **webhook}, question)


def reaction(emoji: str, stanza_id: str, participant: str) -> Content:
    """An emoji on a message; its quotedMessage block has no typeMessage, as documented."""
    webhook = {
        "typeMessage": "reactionMessage",
        "extendedTextMessageData": {"text": emoji},
        "quotedMessage": {"stanzaId": stanza_id, "participant": participant},
    }
    journal = {
        "typeMessage": "reactionMessage",
        "extendedTextMessage": {"text": emoji},
        "quotedMessage": webhook["quotedMessage"],
    }
    return Content(webhook, journal, emoji)


def edited(text: str, stanza_id: str) -> Content:
    """The news that a text was given other words."""
    webhook = {
        "typeMessage": "editedMessage",
        "editedMessageData": {"textMessage": text, "stanzaId": stanza_id},
    }
    journal = {
        "typeMessage": "editedMessage",
        "textMessage": text,
        "isEdited": True,
        "editedMessageId": stanza_id,
    }
    return Content(webhook, journal, text)


def deleted(stanza_id: str) -> Content:
    """The news that a message was deleted for everyone."""
    data = {"stanzaId": stanza_id}
    webhook = {"typeMessage": "deletedMessage", "deletedMessageData": data}
    journal = {
        "typeMessage": "deletedMessage",
        "isDeleted": True,
        "deletedMessageId": stanza_id,
    }
    return Content(webhook, journal)


def forwarded(content: Content) -> Content:
    """A copy for another chat: marked as forwarded, without what it answered."""
    is_text = content.kind in (*TEXT_KINDS, "textMessage")
    copy = extended_text(content.text) if is_text else content
    return replace(copy, webhook=_forwarded(copy.webhook), journal=_forwarded(copy.journal))


def _forwarded(block: Json) -> Json:
    """The block, and those in it, with the mark wherever there is room for it."""
    marked: Json = {
        key: _forwarded(value) if isinstance(value, dict) else value
        for key, value in block.items()
        if key != "quotedMessage"
    }
    if "isForwarded" in marked:
        marked.update(isForwarded=True, forwardingScore=int(marked["forwardingScore"]) + 1)
    return marked


def raw(message_data: Json) -> Content:
    """messageData exactly as given: for kinds that have no shape here, or broken ones."""
    text = message_data.get("textMessageData", {})
    words = text.get("textMessage", "") if isinstance(text, dict) else ""
    return Content(message_data, dict(message_data), str(words))


def quoting(content: Content, stanza_id: str, participant: str, quoted: Json | None) -> Content:
    """`content` as an answer to another message, whose journal-style fields are `quoted`.

    A text becomes a quotedMessage; any other kind keeps its type and gains the block.
    """
    block = {"stanzaId": stanza_id, "participant": participant, **(quoted or {})}
    if content.kind not in ("textMessage", "extendedTextMessage"):
        return replace(
            content,
            webhook={**content.webhook, "quotedMessage": block},
            journal={**content.journal, "quotedMessage": block},
        )
    data = {"text": content.text, "stanzaId": stanza_id, "participant": participant}
    webhook = {
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": data,
        "quotedMessage": block,
    }
    journal = {
        "typeMessage": "quotedMessage",
        "textMessage": content.text,
        "extendedTextMessage": data,
        "quotedMessage": block,
    }
    return Content(webhook, journal, content.text)
