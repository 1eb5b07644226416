"""What a message holds: webhook, journal and quote, one reader for the three.

Each `typeMessage` is one row of KINDS. To teach a new kind: write its dataclass (with `kind` and
`text`), a function that reads it from its block, and a row. What has no row is an
UnknownContent with its raw body, never an error.

The same content stands in three places under different names: in a webhook's `messageData`
(`textMessageData: {…}`), in a journal object (`location: {…}`, or flat fields) and in a quote
(journal style again). A row names the block in a webhook and in a journal; where neither is there
the fields are taken from the object itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from inbox.greenapi.fields import Fields

FileKind = Literal["image", "video", "audio", "voice", "document", "sticker"]


class Marker(StrEnum):
    """What Green API writes instead of what it could not give. Never shown as text."""

    UNREADABLE_FIRST = "SWE001"  # first message of a chat, not readable on linked devices
    FILE_TOO_LARGE = "SWE002"  # over 100 MB: it can be seen on the phone only
    UNREADABLE = "SWE003"  # decryption failed
    OTHER = "SWE"


@dataclass(frozen=True)
class Text:
    """A text, whichever of its three shapes it came in. `title` etc. describe a linked page."""

    text: str = field(repr=False)
    marker: Marker | None = None
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class File:
    """A file. `url` is Green API's link ('' when there is none: see `marker`, or ask downloadFile).

    `kind` is 'voice' for a recorded voice note; `text` is the caption; `thumbnail` is base64 JPEG.
    `file_name` is reliable for documents only.
    """

    kind: FileKind
    url: str = field(repr=False)
    text: str = field(default="", repr=False)
    file_name: str = field(default="", repr=False)
    mime_type: str = ""
    marker: Marker | None = None
    thumbnail: str = field(default="", repr=False)
    is_animated: bool = False
    is_video_note: bool = False


@dataclass(frozen=True)
class Location:
    """A place. A coordinate that is not on Earth is None."""

    latitude: float | None = field(repr=False)
    longitude: float | None = field(repr=False)
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    kind: Literal["location"] = "location"

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class Contact:
    """A visiting card. `phone` is digits, from the card's `waid=` or its first number; or ''."""

    display_name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    vcard: str = field(default="", repr=False)
    kind: Literal["contact"] = "contact"

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class UnknownContent:
    """A kind without a row in KINDS. `raw` is the object it stood in, as it came."""

    type_message: str
    raw: Mapping[str, object] = field(repr=False)
    kind: Literal["unknown"] = "unknown"

    @property
    def text(self) -> str:
        return ""


Content = Text | File | Location | Contact | UnknownContent

_MARKER = re.compile(r"\s*\{\{(SWE[0-9]{3})\}\}\s*")
_MARKERS = {marker.value: marker for marker in Marker}


def _marker(text: str) -> Marker | None:
    found = _MARKER.fullmatch(text)
    return _MARKERS.get(found[1], Marker.OTHER) if found else None


def _text(block: Fields) -> Text:
    words = block.text("textMessage", "text")
    marker = _marker(words)
    return Text(
        text="" if marker else words,
        marker=marker,
        title=block.text("title"),
        description=block.text("description"),
    )


def _file(kind: FileKind) -> Callable[[Fields], File]:
    def read(block: Fields) -> File:
        url, caption = block.text("downloadUrl"), block.text("caption")
        marker = _marker(url) or _marker(caption)
        return File(
            kind=kind,
            url="" if _marker(url) else url,
            text="" if _marker(caption) else caption,
            file_name=block.text("fileName"),
            mime_type=block.text("mimeType").strip().lower(),
            marker=marker,
            thumbnail=block.text("jpegThumbnail"),
            is_animated=block.flag("isAnimated") is True,
            is_video_note=block.flag("videoNote") is True,
        )

    return read


def _audio(block: Fields) -> File:
    """WhatsApp records voice notes as Opus in Ogg; a forwarded song is mp3 or mp4."""
    mime = block.text("mimeType").lower()
    is_voice = mime.partition(";")[0].strip() in ("audio/ogg", "audio/opus") or "opus" in mime
    return _file("voice" if is_voice else "audio")(block)


def _within(value: float | None, limit: float) -> float | None:
    return value if value is not None and -limit <= value <= limit else None


def _location(block: Fields) -> Location:
    return Location(
        latitude=_within(block.number("latitude"), 90),
        longitude=_within(block.number("longitude"), 180),
        name=block.text("nameLocation"),
        address=block.text("address"),
    )


_WAID = re.compile(r"waid=([0-9]{5,15})", re.IGNORECASE)
_TEL = re.compile(r"^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]{5,40})", re.IGNORECASE | re.MULTILINE)


def _contact(block: Fields) -> Contact:
    vcard = block.text("vcard")
    waid, tel = _WAID.search(vcard), _TEL.search(vcard)
    phone = waid[1] if waid else re.sub(r"[^0-9]", "", tel[1]) if tel else ""
    return Contact(display_name=block.text("displayName"), phone=phone, vcard=vcard)


@dataclass(frozen=True)
class KindOfMessage:
    """Where a kind's fields stand in a webhook and in a journal, and who reads them."""

    webhook: str
    journal: str
    read: Callable[[Fields], Content]


def _of_file(read: Callable[[Fields], Content]) -> KindOfMessage:
    return KindOfMessage("fileMessageData", "", read)


_EXTENDED = KindOfMessage("extendedTextMessageData", "extendedTextMessage", _text)

KINDS: dict[str, KindOfMessage] = {
    "textMessage": KindOfMessage("textMessageData", "", _text),
    "extendedTextMessage": _EXTENDED,
    "quotedMessage": _EXTENDED,
    "imageMessage": _of_file(_file("image")),
    "videoMessage": _of_file(_file("video")),
    "audioMessage": _of_file(_audio),
    "documentMessage": _of_file(_file("document")),
    "stickerMessage": _of_file(_file("sticker")),
    "locationMessage": KindOfMessage("locationMessageData", "location", _location),
    "contactMessage": KindOfMessage("contactMessageData", "contact", _contact),
}


def _blocks(kind: KindOfMessage, data: Fields) -> tuple[Fields, ...]:
    """Every place the kind's fields may stand, the likeliest first."""
    named = (data.block(kind.webhook), data.block(kind.journal))
    return (*(block for block in named if block), data)


def read_content(data: Fields) -> Content:
    """The content of a `messageData`, a journal object or a quote."""
    type_message = data.text("typeMessage")
    kind = KINDS.get(type_message)
    if kind is None:
        return UnknownContent(type_message[:64], data.values)
    content: Content | None = None
    for block in _blocks(kind, data):
        content = content or kind.read(block)
        if isinstance(content, Text) and not content.text and not content.marker:
            content = None  # the text of an extendedTextMessage may stand in the object itself
    return content or kind.read(data)


def read_forwarded(data: Fields) -> bool:
    """Whether the sender forwarded it, wherever the object says so."""
    kind = KINDS.get(data.text("typeMessage"))
    blocks = _blocks(kind, data) if kind else (data,)
    return any(
        block.flag("isForwarded") is True or (block.integer("forwardingScore") or 0) > 0
        for block in blocks
    )
