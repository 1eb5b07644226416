"""How times, people and sizes read on the screen. Pure functions, offered to templates as filters.

Every moment is an aware UTC datetime and is shown in the hotel's own zone, whatever the browser's.
"""

import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from flask import Blueprint

from inbox import clock as clock_seam
from inbox.models import Conversation, Guest, Hotel
from inbox.services.dialling import calling_code
from inbox.web.markup import is_emoji_only, whatsapp_html

TINTS = 8
WAIT_SOON = timedelta(minutes=10)
WAIT_LATE = timedelta(minutes=20)


class Step(NamedTuple):
    """How numbers below a limit read: in which unit, with how many digits behind the point."""

    below: int | None
    unit: int
    word: str
    digits: int = 0


# Scripts read these too: a clock goes on between two answers, and a file is not here yet.
SPANS = (
    Step(60, 1, "s"),
    Step(3600, 60, "min"),
    Step(48 * 3600, 3600, "h"),
    Step(None, 24 * 3600, "days"),
)
SIZES = (Step(1000, 1, "B"), Step(999_500, 1000, "KB"), Step(None, 1_000_000, "MB", 1))

_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: datetime, hotel: Hotel) -> datetime:
    """The moment on the hotel's wall clock."""
    return moment.astimezone(_zone(hotel.timezone))


def clock(moment: datetime, hotel: Hotel) -> str:
    """14:05"""
    return f"{local(moment, hotel):%H:%M}"


def full_time(moment: datetime, hotel: Hotel) -> str:
    """Mon 20 Nov 2026, 14:05 CET: for those who point at a time."""
    there = local(moment, hotel)
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M %Z}"


def day_key(moment: datetime, hotel: Hotel) -> str:
    """2026-11-20, the hotel's date: what separators compare."""
    return local(moment, hotel).date().isoformat()


def day_label(moment: datetime, hotel: Hotel) -> str:
    """Today, Yesterday, Mon 20 Nov, and the year when it is another one."""
    day, near = local(moment, hotel).date(), near_days(hotel)
    return near.get(day) or plain_day(day, max(near))


def near_days(hotel: Hotel) -> dict[date, str]:
    """The hotel's dates that are called by another name, for as long as it is today."""
    today = local(clock_seam.now(), hotel).date()
    return {today: "Today", today - timedelta(days=1): "Yesterday"}


def plain_day(day: date, today: date) -> str:
    """Mon 20 Nov, with the year unless it is today's."""
    return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def row_time(moment: datetime, hotel: Hotel) -> str:
    """The time of a list row: 14:05, Yesterday, Mon, 20 Nov or 20 Nov 2024."""
    day, today = local(moment, hotel).date(), local(clock_seam.now(), hotel).date()
    age = (today - day).days
    if age <= 0:
        return clock(moment, hotel)
    if age == 1:
        return "Yesterday"
    if age < 7:
        return f"{day:%a}"
    return f"{day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def waiting(since: datetime) -> str:
    """How long a guest has waited: 0 min, 24 min, 3 h, 2 days."""
    return _span(since, SPANS[1:])


def ago(moment: datetime) -> str:
    """12 s ago, 4 min ago, 3 h ago, 2 days ago."""
    return f"{_span(moment, SPANS)} ago"


def _span(since: datetime, steps: tuple[Step, ...]) -> str:
    seconds = max(0, int((clock_seam.now() - since).total_seconds()))
    step = _step(seconds, steps)
    return f"{seconds // step.unit} {step.word}"


def _step(number: int, steps: tuple[Step, ...]) -> Step:
    return next(step for step in steps if step.below is None or number < step.below)


def waiting_level(since: datetime) -> str:
    """'' while it is fine, 'soon' from ten minutes on, 'late' from twenty."""
    waited = clock_seam.now() - since
    if waited >= WAIT_LATE:
        return "late"
    return "soon" if waited >= WAIT_SOON else ""


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, for scripts."""
    return int(moment.timestamp())


def sort_key(moment: datetime, row_id: int) -> str:
    """Display order (moment, id) as one text whose natural order is the same."""
    whole = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    return f"{whole:017d}-{row_id:012d}"


def phone(digits: str | None) -> str:
    """+34 600 123 456 from 34600123456; '' when there is no number."""
    if not digits or not digits.isdigit():
        return digits or ""
    code = calling_code(digits)
    rest = digits[len(code) :]
    if code == "1" and len(rest) == 10:
        return f"+1 {rest[:3]} {rest[3:6]} {rest[6:]}"
    return f"+{code} {_in_threes(rest)}".rstrip()


def _in_threes(digits: str) -> str:
    """Groups of three counted from the end; a lone first digit joins its neighbour."""
    head = len(digits) % 3
    if head == 1 and len(digits) > 3:
        head = 4
    groups = [digits[:head]] if head else []
    groups += [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return " ".join(groups)


def guest_name(guest: Guest) -> str:
    """What the desk calls this guest, with a bare number made readable."""
    return guest.name or phone(guest.phone) or guest.display_name


def initials(name: str) -> str:
    """Two letters to know a face by: LS, نح, +4. One character for names without words in Latin."""
    words = [word for word in name.split() if any(c.isalnum() or c == "+" for c in word)]
    if not words:
        return "?"
    if words[0].startswith("+"):
        return words[0][:2]
    letters = [_first_letter(words[0])]
    if len(words) > 1:
        letters.append(_first_letter(words[-1]))
    return "".join(letters).upper()


def _first_letter(word: str) -> str:
    return next((c for c in word if unicodedata.category(c)[0] in "LN"), word[0])


def tint(key: object) -> str:
    """One of eight avatar colours, the same for the same key everywhere."""
    return f"tint-{crc32(str(key).encode()) % TINTS + 1}"


def language(code: str) -> str:
    """Spanish from es or es-MX; the code itself when we do not know it."""
    return _LANGUAGES.get(code.lower().replace("_", "-").partition("-")[0], code)


_STATES = {
    "authorized": "Connected",
    "not_authorized": "Not linked",
    "blocked": "Blocked by WhatsApp",
    "sleeping": "The phone is out of touch",
    "starting": "Starting",
    "suspended": "Sending is suspended by WhatsApp",
    "pending_code": "Waiting for the code to be scanned",
}


def state_words(state: str) -> str:
    """An instance's state, as it is told to a manager."""
    return _STATES.get(state, "Not clear")


def since_words(moment: datetime, hotel: Hotel) -> str:
    """14:05 today, else Yesterday, 14:05 or Mon 20 Nov, 14:05."""
    day, time = day_label(moment, hotel), clock(moment, hotel)
    return time if day == "Today" else f"{day}, {time}"


def own_phone(conversation: Conversation) -> str:
    """The digits of the number that this conversation is with: a merged guest has several."""
    user, _, domain = conversation.chat_id.partition("@")
    return user if domain == "c.us" else conversation.guest.phone


def why_words(error: str) -> str:
    """Why a notification could not be read, for somebody who does not read code."""
    if error.startswith("Lobby has a fault"):
        return "Lobby stumbled over it. Tell whoever runs Lobby; after an update, try again."
    if "another number" in error:
        return "It is about another number than the one it came for."
    if "of a kind" in error:
        return "It comes from a kind of chat that this version does not know."
    if "JSON" in error or "nested" in error:
        return "It is not in the form in which WhatsApp's messages come."
    return "Something that Lobby needs is missing in it, or is not as it should be."


def address_words(chat_id: str) -> str:
    """A chat id as the desk knows it: the phone number, or that WhatsApp hides it."""
    user, _, domain = chat_id.partition("@")
    return phone(user) if domain == "c.us" else "hidden number"


def file_size(size: int | None) -> str:
    """640 B, 12 KB, 1.4 MB; '' when unknown."""
    if size is None:
        return ""
    step = _step(size, SIZES)
    return f"{size / step.unit:.{step.digits}f} {step.word}"


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names."""
    for name, function in (
        ("clock", clock),
        ("full_time", full_time),
        ("day_key", day_key),
        ("day_label", day_label),
        ("row_time", row_time),
        ("waiting", waiting),
        ("ago", ago),
        ("waiting_level", waiting_level),
        ("epoch", epoch),
        ("sort_key", sort_key),
        ("phone", phone),
        ("guest_name", guest_name),
        ("initials", initials),
        ("tint", tint),
        ("language", language),
        ("file_size", file_size),
        ("state_words", state_words),
        ("since_words", since_words),
        ("address_words", address_words),
        ("own_phone", own_phone),
        ("why_words", why_words),
        ("whatsapp", whatsapp_html),
    ):
        blueprint.add_app_template_filter(function, name)
    blueprint.add_app_template_test(is_emoji_only, "emoji_only")
