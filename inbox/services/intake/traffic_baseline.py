"""A number's rhythm: how many messages guests write in each hour of the week, learnt from the
ledger, and from when on a silence is not to be expected any more.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import LedgerHour

LEARN = timedelta(weeks=4)
LEAST = timedelta(days=3)  # with less history nothing is called unusual
HORIZON = timedelta(days=2)  # a silence this long says nothing more by lasting longer
SHORTEST = timedelta(minutes=20)  # no silence below this is unusual, in the busiest hotel
MISSED = 6.0  # a silence is unusual when so many messages should have come: by chance, 1 in 400
PRIOR = 2.0  # how many weeks' worth the same hour of other days counts for
CAP = 4.0  # an hour counts at most so many times the usual one: a group's outburst is no rhythm
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class TrafficBaseline:
    """Messages to be expected in each of the 168 hours of a week (Monday 00:00 UTC first)."""

    expected: tuple[float, ...]

    def unusual_from(self, since: datetime) -> datetime | None:
        """When a silence that began at `since` becomes unusual; None if not within `HORIZON`."""
        at, missed = since, 0.0
        while at < since + HORIZON:
            next_hour = _hour(at) + AN_HOUR
            rate = self.expected[_of_week(at)]
            in_this_hour = rate * ((next_hour - at) / AN_HOUR)
            if missed + in_this_hour >= MISSED:
                return max(at + AN_HOUR * ((MISSED - missed) / rate), since + SHORTEST)
            at, missed = next_hour, missed + in_this_hour
        return None


def of(instance_id: int, now: datetime) -> TrafficBaseline | None:
    """The number's rhythm as of now; None while there is too little to learn from."""
    first = db.session.scalar(
        select(func.min(LedgerHour.hour)).where(LedgerHour.instance_id == instance_id)
    )
    if first is None or now - first < LEAST:
        return None
    since = max(first, _hour(now - LEARN))
    rows = db.session.execute(
        select(LedgerHour.hour, LedgerHour.messages).where(
            LedgerHour.instance_id == instance_id, LedgerHour.hour >= since, LedgerHour.messages > 0
        )
    )
    return learnt({row.hour: row.messages for row in rows}, since, _hour(now))


def learnt(counts: Mapping[datetime, int], since: datetime, until: datetime) -> TrafficBaseline:
    """The rhythm in these hours; one that is not in `counts` was silent, as far as we know.

    Each hour of the week is drawn towards the same hour of other days, the more so the fewer weeks
    there are; a single week is therefore no rhythm of its own.
    """
    limit = _limit(counts)
    of_week, of_day = [0.0] * 168, [0.0] * 24
    weeks, days = [0] * 168, [0] * 24
    hour = since
    while hour < until:
        seen = min(float(counts.get(hour, 0)), limit)
        place = _of_week(hour)
        of_week[place] += seen
        weeks[place] += 1
        of_day[place % 24] += seen
        days[place % 24] += 1
        hour += AN_HOUR
    usual = [total / days[n] if days[n] else 0.0 for n, total in enumerate(of_day)]
    return TrafficBaseline(
        tuple((of_week[n] + PRIOR * usual[n % 24]) / (weeks[n] + PRIOR) for n in range(168))
    )


def _limit(counts: Mapping[datetime, int]) -> float:
    """The most that one hour may count: several times what an hour with traffic usually has."""
    busy = sorted(count for count in counts.values() if count)
    return CAP * busy[len(busy) // 2] if busy else math.inf


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _of_week(moment: datetime) -> int:
    there = moment.astimezone(UTC)
    return there.weekday() * 24 + there.hour
