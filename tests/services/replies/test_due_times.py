"""Which moment is meant: by the hotel's clock, with its gaps and its hours that come twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from inbox.errors import Invalid
from inbox.models import Hotel
from inbox.services.replies import due_times
from inbox.services.transaction import transaction
from tests.cast.clock import Clock
from tests.cast.people import Cast

HOUR = timedelta(hours=1)


def moment(cast: Cast, local: str) -> datetime:
    return due_times.checked(due_times.moment(cast.hotel_id, local))


def test_a_time_is_meant_by_the_hotels_clock(cast: Cast, watch: Clock) -> None:
    watch.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert moment(cast, "2026-11-25T18:30") == datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    assert moment(cast, " 2027-07-01T08:00 ") == datetime(2027, 7, 1, 6, 0, tzinfo=UTC)


def test_an_hour_that_the_clock_skips_does_not_exist(cast: Cast, watch: Clock) -> None:
    watch.time = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
    with pytest.raises(Invalid) as caught:
        moment(cast, "2027-03-28T02:30")
    assert "does not exist" in caught.value.fields["at"]
    assert moment(cast, "2027-03-28T03:00") == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_of_an_hour_that_the_clock_has_twice_the_next_is_meant(cast: Cast, watch: Clock) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    watch.time = first - HOUR
    assert moment(cast, "2026-10-25T02:30") == first
    watch.time = first + timedelta(minutes=10)
    assert moment(cast, "2026-10-25T02:30") == first + HOUR


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("", "Choose a day"),
        ("tomorrow", "Choose a day"),
        ("2026-02-30T10:00", "Choose a day"),
        ("2026-11-19T10:00", "over"),
        ("0001-01-01T00:00", "over"),
        ("9999-12-31T23:59", "more than a year"),
        ("2027-11-21T13:00", "more than a year"),
        ("2026-11-25", "Choose a day"),
        ("2026-11-25T18:30\0", "Choose a day"),
    ],
)
def test_what_is_no_time_to_send_at_is_said_in_words(
    cast: Cast, watch: Clock, local: str, words: str
) -> None:
    watch.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    with pytest.raises(Invalid) as caught:
        moment(cast, local)
    assert words in caught.value.fields["at"]


@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"])
def test_the_ends_of_the_calendar_break_no_clock(cast: Cast, watch: Clock, timezone: str) -> None:
    watch.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    with transaction() as work:
        work.session.execute(update(Hotel).values(timezone=timezone))
    for local in ("0001-01-01T00:00", "9999-12-31T23:59"):
        with pytest.raises(Invalid):
            moment(cast, local)


def test_the_quick_choices_are_by_the_hotels_clock(cast: Cast, watch: Clock) -> None:
    watch.time = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
    assert due_times.choices(cast.hotel_id) == {
        "hour": watch.time + HOUR,
        "evening": datetime(2026, 11, 20, 17, 0, tzinfo=UTC),
        "tomorrow": datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    }
    watch.time = datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC)
    assert "evening" not in due_times.choices(cast.hotel_id)
    watch.time = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight there
    assert due_times.choices(cast.hotel_id)["morning"] == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_a_time_with_its_own_offset_is_taken_as_it_is(cast: Cast, watch: Clock) -> None:
    watch.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    there = moment(cast, "2026-11-25T18:30+05:30")
    assert there == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
