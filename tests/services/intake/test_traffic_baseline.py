"""What silence is unusual: learnt from four weeks, not fooled by little or odd data."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.extensions import db
from inbox.models import LedgerHour
from inbox.services.intake import traffic_baseline
from inbox.services.transaction import transaction
from tests.cast.people import Cast

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
START = NOW - timedelta(weeks=4)
HOUR = timedelta(hours=1)


def history(per_hour: dict[int, int], start: datetime = START) -> dict[datetime, int]:
    """The same every day: so many messages at each hour of the day."""
    hours = int((NOW - start) / HOUR)
    found = {start + n * HOUR: per_hour.get((start + n * HOUR).hour, 0) for n in range(hours)}
    return {hour: count for hour, count in found.items() if count}


def silence(counts: dict[datetime, int], since: datetime, start: datetime = START) -> timedelta:
    """How long a silence that begins then lasts before it is unusual."""
    unusual = traffic_baseline.learnt(counts, start, NOW).unusual_from(since)
    assert unusual is not None
    return unusual - since


BY_DAY = dict.fromkeys(range(8, 22), 12)


def test_by_day_half_an_hour_is_unusual_and_by_night_it_is_not() -> None:
    counts = history(BY_DAY)
    noon, night = NOW.replace(hour=10), NOW.replace(hour=22)
    assert timedelta(minutes=20) <= silence(counts, noon) <= timedelta(minutes=40)
    assert silence(counts, night) >= timedelta(hours=10)


def test_a_small_hotel_may_be_silent_for_long() -> None:
    counts = history({10: 1, 15: 1, 20: 1})
    assert silence(counts, NOW) >= timedelta(hours=36)


def test_who_never_hears_anything_is_never_unusual() -> None:
    assert traffic_baseline.learnt({}, START, NOW).unusual_from(NOW) is None


def test_one_outburst_is_no_rhythm() -> None:
    counts = history({10: 2, 18: 2}) | {START + timedelta(days=7, hours=3): 5000}
    calm = history({10: 2, 18: 2})
    at = NOW + timedelta(days=0, hours=14)
    assert silence(counts, at) >= silence(calm, at) * 0.8


def test_even_the_busiest_may_pause_for_twenty_minutes() -> None:
    counts = history(dict.fromkeys(range(24), 500))
    assert silence(counts, NOW) == traffic_baseline.SHORTEST


def test_a_sunday_is_learnt_to_be_quiet() -> None:
    counts = {hour: count for hour, count in history(BY_DAY).items() if hour.weekday() != 6}
    sunday, monday = NOW.replace(hour=9) - timedelta(days=1), NOW.replace(hour=9)
    assert silence(counts, sunday) > 2 * silence(counts, monday)


@pytest.mark.parametrize("days", [3, 5, 8])
def test_a_few_days_are_enough_for_the_hours_of_the_day(days: int) -> None:
    start = NOW - timedelta(days=days)
    counts = history(BY_DAY, start)
    assert silence(counts, NOW.replace(hour=10), start) <= timedelta(minutes=45)
    assert silence(counts, NOW.replace(hour=22), start) >= timedelta(hours=10)


def test_it_is_learnt_from_the_ledger(cast: Cast) -> None:
    assert traffic_baseline.of(cast.instance_id, NOW) is None
    with transaction() as work:
        for hour, count in history(BY_DAY).items():
            work.session.add(
                LedgerHour(
                    instance_id=cast.instance_id,
                    hotel_id=cast.hotel_id,
                    hour=hour,
                    received=3 * count,
                    messages=count,
                )
            )
    found = traffic_baseline.of(cast.instance_id, NOW)
    assert found is not None
    assert found.expected[9] == pytest.approx(12)
    assert found.expected[3] == 0
    assert traffic_baseline.of(cast.other_instance_id, NOW) is None
    assert traffic_baseline.of(cast.instance_id, START + timedelta(days=2)) is None
    db.session.rollback()
