"""One line of plain text that stands for a message: in the list, in quotes, for screen readers."""

from collections.abc import Callable, Mapping
from typing import Any

from inbox.models import Message
from inbox.models.states import Direction

KIND_WORDS = {
    "image": "Photo",
    "video": "Video",
    "voice": "Voice message",
    "audio": "Audio",
    "document": "Document",
    "sticker": "Sticker",
    "location": "Location",
    "contact": "Contact",
    "contacts": "Contacts",
    "poll": "Poll",
    "choice": "Chose",
    "group_invite": "Invitation to a group",
    "call": "Call",
    "unknown": "Message of another kind",
}
_UNREADABLE = "A message that could not be read here"
_LONGEST_QUOTE = 60
_CALLS_OF_GUESTS = {
    "offered": "{Kind}",
    "taken": "{Kind}, answered",
    "ended": "Missed {kind}",
    "missed": "Missed {kind}",
    "declined": "Missed {kind}",
}
_CALLS_OF_OURS = {
    "offered": "Our {kind}",
    "taken": "Our {kind}, answered",
    "ended": "Our {kind}, not answered",
    "missed": "Our {kind}, not answered",
    "declined": "Our {kind}, declined",
}


def preview(message: Message) -> str:
    """Write the message in one line."""
    payload: Mapping[str, Any] = message.payload or {}
    special = _SPECIAL.get(message.kind)
    if payload.get("marker") and not message.body and message.kind == "text":
        words = _UNREADABLE
    else:
        words = special(message, payload) if special else line(message.kind, message.body)
    return words if message.deleted_at is None else f"Deleted: {words}"


def line(kind: str, body: str) -> str:
    """A message of this kind with this text or caption, when no more is known of it."""
    words = " ".join(body.split())
    label = KIND_WORDS.get(kind, "")
    return f"{label}: {words}" if label and words else label or words


def of_reaction(emoji: str, message: Message) -> str:
    """Reacted 👍 to: On our way"""
    words = preview(message)
    short = words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"
    return f"Reacted {emoji} to: {short}"


def call_words(message: Message) -> str:
    """Missed video call; Voice call, 3 min; Our voice call, not answered."""
    payload: Mapping[str, Any] = message.payload or {}
    kind = "video call" if payload.get("video") else "voice call"
    table = _CALLS_OF_GUESTS if message.direction == Direction.IN else _CALLS_OF_OURS
    words = table.get(str(payload.get("state")), "{Kind}")
    return words.format(kind=kind, Kind=kind.capitalize()) + _lasted(payload.get("seconds"))


def _lasted(seconds: object) -> str:
    if not isinstance(seconds, int) or seconds <= 0:
        return ""
    return f", {seconds} s" if seconds < 60 else f", {round(seconds / 60)} min"


def _call(message: Message, payload: Mapping[str, Any]) -> str:
    return call_words(message)


def _video(message: Message, payload: Mapping[str, Any]) -> str:
    return "Video message" if payload.get("video_note") else line("video", message.body)


def _location(message: Message, payload: Mapping[str, Any]) -> str:
    return line("location", str(payload.get("name") or payload.get("address") or ""))


def _contact(message: Message, payload: Mapping[str, Any]) -> str:
    return line("contact", str(payload.get("display_name") or ""))


def _contacts(message: Message, payload: Mapping[str, Any]) -> str:
    cards = [card for card in payload.get("contacts") or [] if isinstance(card, Mapping)]
    names = ", ".join(str(card.get("display_name") or "") for card in cards)
    return f"{len(cards)} contacts: {names}" if cards else KIND_WORDS["contacts"]


def _menu(message: Message, payload: Mapping[str, Any]) -> str:
    words = message.body or str(payload.get("title") or "")
    return line("text", words) or "Message with buttons"


def _invite(message: Message, payload: Mapping[str, Any]) -> str:
    return line("group_invite", str(payload.get("group_name") or ""))


_SPECIAL: dict[str, Callable[[Message, Mapping[str, Any]], str]] = {
    "call": _call,
    "video": _video,
    "location": _location,
    "contact": _contact,
    "contacts": _contacts,
    "menu": _menu,
    "group_invite": _invite,
}
