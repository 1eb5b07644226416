"""When a message for later is to go: by the hotel's clock, in the future, at most a year away."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inbox import clock
from inbox.errors import Invalid
from inbox.extensions import db
from inbox.models import Hotel

LATEST = timedelta(days=365)
OVER = "That time is over. Choose a later one, or send it now."
EVENING, MORNING = time(18), time(9)
WRITTEN = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)


def moment(hotel_id: int, local: str) -> datetime:
    """The moment that the hotel's clock shows as `local` (2026-11-25T18:30), or that is written
    with its offset, whether or not it is over. Raises `Invalid` (`at`) for what is no time or does
    not exist there.

    Of an hour that the clock has twice, the next one is meant.
    """
    try:
        meant = datetime.fromisoformat(local.strip() if WRITTEN.fullmatch(local.strip()) else "")
    except ValueError:
        raise Invalid({"at": "Choose a day and a time."}) from None
    if meant.year != min(max(meant.year, 2), 9998):  # where a time zone leaves the calendar
        return checked(meant.replace(tzinfo=UTC))
    return meant.astimezone(UTC) if meant.tzinfo else _by_clock(hotel_id, meant)


def _by_clock(hotel_id: int, naive: datetime) -> datetime:
    zone = _zone(hotel_id)
    first, second = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != naive:
        raise Invalid({"at": "The clocks change that night, so this time does not exist."})
    return first if first >= clock.now() else second


def _zone(hotel_id: int) -> ZoneInfo:
    return ZoneInfo(db.session.get_one(Hotel, hotel_id).timezone)


def choices(hotel_id: int) -> dict[str, datetime]:
    """What people mean by later: in an `hour`, this `morning` and this `evening` unless they are
    over, and `tomorrow` in the morning.
    """
    now, zone = clock.now(), _zone(hotel_id)
    today = now.astimezone(zone).date()
    found = {"hour": now + timedelta(hours=1)}
    for name, day, at in (
        ("morning", today, MORNING),
        ("evening", today, EVENING),
        ("tomorrow", today + timedelta(days=1), MORNING),
    ):
        found[name] = datetime.combine(day, at, zone).astimezone(UTC)
    return {name: at for name, at in found.items() if at > now}


def checked(at: datetime) -> datetime:
    """The moment, if it can be scheduled for. Raises `Invalid` (`at`)."""
    if at < clock.now():
        raise Invalid({"at": OVER})
    return in_reach(at)


def in_reach(at: datetime) -> datetime:
    """The moment, if it is not too far away. Once it is not, it never is again. Raises `Invalid`
    (`at`).
    """
    if at > clock.now() + LATEST:
        raise Invalid({"at": "That is more than a year away."})
    return at
