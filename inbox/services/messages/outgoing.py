"""What the hotel may send: a text, a file, a place, a contact, a poll, something forwarded. Checked
here, in words, before anything is written.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from inbox.errors import Invalid
from inbox.models import TEXT_LIMIT, Attachment, Message
from inbox.models.states import Origin
from inbox.services.audit import Doer

REF_LIMIT = 100
# What is older is not sent any more, but shown as expired: "your table is ready" was true then.
KEPT: dict[str, timedelta] = {Origin.DESK: timedelta(hours=6), Origin.API: timedelta(hours=24)}

FILE_KINDS = ("image", "video", "audio", "voice", "document", "sticker")
CAPTIONED, SOUNDS = ("image", "video", "document"), ("audio", "voice")
KINDS = ("text", *FILE_KINDS, "location", "contact", "poll")
# docs/green-api.md 2.1: sendFileByUrl says 1024 in newer and 20,000 in older texts
CAPTION_LIMIT = 1024
QUESTION_LIMIT = 255  # docs/green-api.md 2.1: sendPoll
OPTION_LIMIT = 100
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
NAME_LIMIT = 200
PHONE = re.compile(r"[1-9][0-9]{5,14}")


@dataclass(frozen=True)
class StoredFile:
    """A file in our own store, with what its bytes say. `thumb_key` is '' without a thumbnail;
    `digest` stands for the file as a program sent it.
    """

    kind: str
    key: str
    name: str
    mime_type: str
    size: int
    thumb_key: str = ""
    width: int | None = None
    height: int | None = None
    digest: str = ""


@dataclass(frozen=True)
class OutgoingContent:
    """One message to be sent. `body` is its text or caption, a poll's question.

    `payload` has the shape of the same kind when it comes in; its `forward` names the chat and the
    message that Green API is to forward.
    """

    kind: str
    body: str = field(default="", repr=False)
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
    file: StoredFile | None = field(default=None, repr=False)

    @property
    def is_forward(self) -> bool:
        """Whether Green API forwards what it has already: no file needs to be brought to it."""
        return "forward" in self.payload


Content = TypeVar("Content", covariant=True)
Other = TypeVar("Other")


@dataclass(frozen=True)
class Outgoing(Generic[Content]):
    """Somebody sends a message: its content, from where and by whom, what it quotes, when it goes.

    The content is an `OutgoingContent` in the end; before, what that is made of: a browser's file,
    the message to forward. `client_ref` is the sender's and used once. `kept`: how long the message
    may wait before it is not sent any more, the usual time if None. `digest` stands for all that a
    program asked for; with it the same reference is compared by it alone.
    """

    content: Content = field(repr=False)
    origin: Origin
    by: Doer
    client_ref: str | None
    quoted_message_id: int | None = None
    send_at: datetime | None = None
    kept: timedelta | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        ref = self.client_ref
        if ref is not None and not (1 <= len(ref) <= REF_LIMIT and ref.isprintable()):
            raise Invalid(
                {"client_ref": f"client_ref must be 1 to {REF_LIMIT} visible characters."}
            )

    def holding(self, content: Other) -> "Outgoing[Other]":
        """The same with another content."""
        others = {name: value for name, value in vars(self).items() if name != "content"}
        return Outgoing(content, **others)


def lifetime(message: Message) -> timedelta:
    """How long the message may wait, from its time on, before it is not true any more."""
    if message.kept_seconds is not None:
        return timedelta(seconds=message.kept_seconds)
    return KEPT[message.origin]


def stored(attachment: Attachment) -> StoredFile:
    """The file of a message that is here already, to be sent once more."""
    return StoredFile(
        kind=attachment.kind,
        key=attachment.storage_key,
        name=attachment.file_name,
        mime_type=attachment.mime_type,
        size=attachment.size or 0,
        thumb_key=attachment.thumb_key,
        width=attachment.width,
        height=attachment.height,
    )


def text(body: str, *, name: str = "body") -> OutgoingContent:
    """A text. Raises `Invalid` under this field name."""
    words = _words(body, name, limit=TEXT_LIMIT)
    if not words:
        raise Invalid({name: "Write something first."})
    return OutgoingContent("text", words)


def file(attached: StoredFile, caption: str = "") -> OutgoingContent:
    """A file of our store with an optional caption. Raises `Invalid` (`caption`).

    WhatsApp shows no caption under a voice message or a sound.
    """
    words = text_under(attached.kind, caption)
    return OutgoingContent(attached.kind, words, file=attached)


def text_under(kind: str, caption: str, *, name: str = "caption") -> str:
    """The text under a file of this kind, as it will be sent. Raises `Invalid` under this name."""
    words = _words(caption, name, limit=CAPTION_LIMIT)
    if words and kind in SOUNDS:
        raise Invalid({name: "A sound cannot have a text. Send the text by itself."})
    return words


def location(
    latitude: float, longitude: float, name: str = "", address: str = ""
) -> OutgoingContent:
    """A place on the map, in degrees. Raises `Invalid` (`latitude`, `longitude`, `name` …)."""
    fields = {}
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):
        fields["latitude"] = "The latitude must be between -90 and 90."
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):
        fields["longitude"] = "The longitude must be between -180 and 180."
    if fields:
        raise Invalid(fields)
    payload = {
        "latitude": latitude,
        "longitude": longitude,
        "name": _words(name, "name", limit=NAME_LIMIT),
        "address": _words(address, "address", limit=NAME_LIMIT),
    }
    return OutgoingContent("location", payload=payload)


def contact(name: str, phone: str) -> OutgoingContent:
    """Somebody's card. `phone` with country code; spaces and signs do not matter. Raises
    `Invalid` (`name`, `phone`).
    """
    shown = _words(name, "name", limit=NAME_LIMIT)
    digits = re.sub(r"[\s().+/-]", "", phone).removeprefix("00")
    fields = {}
    if not shown:
        fields["name"] = "Whose card is it? Write a name."
    if not PHONE.fullmatch(digits):
        fields["phone"] = "Write the number with its country code, such as +34 600 123 456."
    if fields:
        raise Invalid(fields)
    return OutgoingContent("contact", payload={"display_name": shown, "phone": digits})


def poll(question: str, options: list[str], *, multiple: bool = False) -> OutgoingContent:
    """A question with two to twelve different answers. Raises `Invalid` (`question`,
    `options`).
    """
    asked = _words(question, "question", limit=QUESTION_LIMIT)
    answers = [_words(option, "options", limit=OPTION_LIMIT) for option in options]
    answers = [answer for answer in answers if answer]
    fields = {}
    if not asked:
        fields["question"] = "Write the question first."
    if not FEWEST_OPTIONS <= len(answers) <= MOST_OPTIONS:
        fields["options"] = f"A poll needs {FEWEST_OPTIONS} to {MOST_OPTIONS} answers."
    elif len(set(answers)) != len(answers):
        fields["options"] = "Two answers of the poll are the same."
    if fields:
        raise Invalid(fields)
    payload = {"options": answers, "multiple": multiple}
    return OutgoingContent("poll", asked, payload)


def _words(value: str, name: str, *, limit: int) -> str:
    """The text as it will be sent. Raises `Invalid` when it is too long or cannot be sent."""
    words = value.replace("\r\n", "\n").strip()
    if len(words) > limit:
        raise Invalid(
            {name: f"WhatsApp takes at most {limit:,} characters; this text has {len(words):,}."}
        )
    if "\0" in words or any("\ud800" <= character <= "\udfff" for character in words):
        raise Invalid({name: "The text holds a character that cannot be sent."})
    return words
