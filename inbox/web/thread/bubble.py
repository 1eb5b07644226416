"""What a bubble says about a message besides its text: who, what kind, where, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from inbox.models import Attachment, Conversation, Hotel, Message
from inbox.models.states import Direction
from inbox.services.conversations import conversations, previews
from inbox.services.messages import failures
from inbox.web.page.addresses import thread_url
from inbox.web.page.htmx import settled, wants_fragment
from inbox.web.words.formatting import GROUPED, local, sort_key
from inbox.web.words.people_words import first_name, guest_name

_ORIGIN_WORDS = {
    "desk": "The desk",
    "api": "Another system",
    "phone": "The hotel’s phone",
    "elsewhere": "Another device",
}
# docs/green-api.md 6.3: texts that stand for a message which could not be read.
_MARKER_WORDS = {
    "SWE001": "WhatsApp could not show this message here. Ask the guest to send it again.",
    "SWE002": "This file is too large to come through. See it on the phone.",
    "SWE003": "This message could not be decrypted. Ask the guest to send it again.",
}
_OUR_MARKER = "This message of ours could not be read here. See it on the hotel’s phone."
_OTHER_MARKER = "WhatsApp could not show this message here. See it on the phone."
_KIND_ICONS = {
    "image": "image",
    "sticker": "image",
    "video": "video",
    "audio": "mic",
    "voice": "mic",
    "document": "file",
}
_EVERYDAY_TYPES = {"jpeg": "JPG", "plain": "Text"}


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map. `url` opens it in a new tab; only its coordinates leave the house."""

    name: str
    address: str
    coordinates: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose card was sent. `phone` is digits, '' when the card has none."""

    name: str
    phone: str


def sender_key(message: Message) -> str:
    """The same for two messages exactly when the same person wrote both. A call stands alone."""
    if message.kind == "call":
        return f"call:{message.id}"
    if message.direction == Direction.IN:
        return f"guest:{message.sender_chat_id}"
    return f"{message.origin}:{message.author_id or ''}"


def joins(before: Message, message: Message, hotel: Hotel) -> bool:
    """True when a message continues the one above: same sender, same day, within five minutes."""
    return (
        sender_key(before) == sender_key(message)
        and message.sorted_at - before.sorted_at < GROUPED
        and local(before.sorted_at, hotel).date() == local(message.sorted_at, hotel).date()
    )


def author_words(message: Message) -> str:
    """Who of the hotel wrote this: a person's first name, or the system it came from."""
    if message.author is not None:
        return first_name(message.author.name)
    return _ORIGIN_WORDS.get(message.origin, _ORIGIN_WORDS["elsewhere"])


def sender_words(message: Message, conversation: Conversation) -> str:
    """Whose message is quoted, without loading its author."""
    if message.direction == Direction.OUT:
        return "We wrote"
    return message.sender_name or guest_name(conversation.guest)


def marker_words(message: Message) -> str:
    """What to say instead of a text that WhatsApp could not deliver; '' for any other message."""
    marker = (message.payload or {}).get("marker")
    if not marker:
        return ""
    if message.direction == Direction.OUT and message.kind == "text":
        return _OUR_MARKER
    return _MARKER_WORDS.get(str(marker), _OTHER_MARKER)


def kind_noun(kind: str) -> str:
    """Photo, Voice message …"""
    return previews.KIND_WORDS.get(kind, "File")


def kind_icon(kind: str) -> str:
    """The sprite's symbol for a kind of file."""
    return _KIND_ICONS.get(kind, "file")


def file_type(attachment: Attachment) -> str:
    """PDF from invoice.pdf, else from the type; '' when neither says."""
    ending = PurePath(attachment.file_name).suffix.lstrip(".")
    subtype = ending or attachment.mime_type.partition("/")[2].partition(";")[0]
    subtype = _EVERYDAY_TYPES.get(subtype.lower(), subtype)
    return subtype.upper() if subtype.isalnum() and len(subtype) <= 5 else ""


def place(message: Message) -> Place | None:
    """The location of a location message; None when its coordinates make no sense."""
    payload: Mapping[str, Any] = message.payload or {}
    try:
        latitude, longitude = float(payload["latitude"]), float(payload["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    at = f"{latitude:.5f}, {longitude:.5f}"
    point = f"{latitude:.6f}", f"{longitude:.6f}"
    return Place(
        name=str(payload.get("name") or "") or "Location",
        address=str(payload.get("address") or ""),
        coordinates=at,
        url=f"https://www.openstreetmap.org/?mlat={point[0]}&mlon={point[1]}"
        f"#map=17/{point[0]}/{point[1]}",
    )


def contacts(message: Message) -> list[Person]:
    """The people of a contact or contacts message, at least one."""
    payload: Mapping[str, Any] = message.payload or {}
    cards = payload.get("contacts") or [payload]
    people = [_person(card) for card in cards if isinstance(card, Mapping)]
    return people or [Person("A contact", "")]


def _person(card: Mapping[str, Any]) -> Person:
    phone = "".join(c for c in str(card.get("phone") or "") if c.isascii() and c.isdigit())
    return Person(str(card.get("display_name") or "") or "A contact", phone)


def row_sort(conversation: Conversation, view: str, search: str) -> str:
    """The place of a conversation in this list, as text whose order is the list's order."""
    return sort_key(conversations.place_of(conversation, view, search), conversation.id)


def drawn(message: Message) -> str | Response:
    """The answer to an act on a message: its bubble for htmx, else back to its thread."""
    if not wants_fragment():
        return settled(thread_url(message.conversation_id))
    return render_template(
        "thread/_bubble.html",
        message=message,
        conversation=conversations.get(g.hotel.id, message.conversation_id),
        hotel=g.hotel,
    )


def new_count(messages: list[Message], first_unseen_id: int | None) -> int:
    """How many of these the guest wrote since the first one that a person has not seen."""
    if first_unseen_id is None:
        return 0
    return sum(1 for m in messages if m.direction == Direction.IN and m.id >= first_unseen_id)


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names."""
    for function in (
        sender_key,
        joins,
        author_words,
        sender_words,
        marker_words,
        kind_noun,
        kind_icon,
        file_type,
        place,
        contacts,
        row_sort,
    ):
        blueprint.add_app_template_filter(function, function.__name__)
    blueprint.add_app_template_filter(previews.preview, "preview")
    blueprint.add_app_template_filter(failures.oldest, "oldest_failed")
