"""How times and sizes read on the screen. Pure functions, offered to templates as filters.

Every moment is an aware UTC datetime and is shown in the hotel's own zone, whatever the browser's.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint

from inbox import clock as clock_seam
from inbox.models import Hotel
from inbox.web.words.markup import is_emoji_only, whatsapp_html

GROUPED = timedelta(minutes=5)  # messages of the same person join within this
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
        ("file_size", file_size),
        ("state_words", state_words),
        ("since_words", since_words),
        ("why_words", why_words),
        ("whatsapp", whatsapp_html),
    ):
        blueprint.add_app_template_filter(function, name)
    blueprint.add_app_template_test(is_emoji_only, "emoji_only")
