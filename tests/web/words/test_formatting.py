"""How times, people and sizes read, in the hotel's zone."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox import clock
from inbox.models import Guest, Hotel
from inbox.web.words import formatting, people_words

MADRID = Hotel(slug="m", name="M", timezone="Europe/Madrid")
NEPAL = Hotel(slug="n", name="N", timezone="Asia/Kathmandu")
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def _at_a_fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_clock_stands_in_the_hotels_zone() -> None:
    assert formatting.clock(NOW, MADRID) == "15:30"
    assert formatting.clock(NOW, NEPAL) == "20:15"
    assert formatting.full_time(NOW, MADRID) == "Mon 23 Nov 2026, 15:30 CET"


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        (NOW, "Today"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "Today"),  # 00:30 in Madrid
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "Fri 20 Nov"),
        (datetime(2025, 11, 20, 12, 0, tzinfo=UTC), "Thu 20 Nov 2025"),
    ],
)
def test_a_day_is_the_hotels_day(moment: datetime, label: str) -> None:
    assert formatting.day_label(moment, MADRID) == label


@pytest.mark.parametrize(
    ("back", "words"),
    [(0, "15:30"), (1, "Yesterday"), (3, "Fri"), (30, "24 Oct"), (400, "19 Oct 2025")],
)
def test_a_row_says_time_then_day_then_date(back: int, words: str) -> None:
    assert formatting.row_time(NOW - timedelta(days=back), MADRID) == words


@pytest.mark.parametrize(
    ("minutes", "words", "level"),
    [
        (-1, "0 min", ""),
        (9.9, "9 min", ""),
        (10, "10 min", "soon"),
        (24, "24 min", "late"),
        (60, "1 h", "late"),
        (47 * 60, "47 h", "late"),
        (72 * 60, "3 days", "late"),
    ],
)
def test_waiting_turns_brass_then_red(minutes: float, words: str, level: str) -> None:
    since = NOW - timedelta(minutes=minutes)
    assert (formatting.waiting(since), formatting.waiting_level(since)) == (words, level)


def test_ago_counts_seconds_first() -> None:
    assert formatting.ago(NOW - timedelta(seconds=12)) == "12 s ago"
    assert formatting.ago(NOW - timedelta(minutes=4, seconds=5)) == "4 min ago"


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("34600123456", "+34 600 123 456"),
        ("447700900318", "+44 7700 900 318"),
        ("14155550123", "+1 415 555 0123"),
        ("971501234567", "+971 501 234 567"),
        ("7", "+7"),
        ("", ""),
        (None, ""),
        ("abc", "abc"),
    ],
)
def test_a_number_is_grouped_to_be_read_aloud(digits: str | None, shown: str) -> None:
    assert people_words.phone(digits) == shown


@pytest.mark.parametrize("length", range(1, 16))
def test_grouping_loses_no_digit(length: int) -> None:
    digits = "491234567890123"[:length]
    assert "".join(c for c in people_words.phone(digits) if c.isdigit()) == digits


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lucía Serrano", "LS"),
        ("Ana", "A"),
        ("نور حداد", "نح"),
        ("+44 7700 900 318", "+4"),
        ("(the) Smiths", "TS"),
        ("🙂", "?"),
        ("", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert people_words.initials(name) == letters


def test_a_guest_without_a_name_is_their_number() -> None:
    assert people_words.guest_name(Guest(name="", phone="34600123456")) == "+34 600 123 456"
    assert people_words.guest_name(Guest(name="", phone="")) == "Guest without a number"


def test_the_same_guest_has_the_same_colour() -> None:
    """In every process and after every start: a colour is known by heart."""
    assert [people_words.tint(key) for key in (7, "7", 8)] == ["tint-3", "tint-3", "tint-4"]
    assert {people_words.tint(n) for n in range(200)} == {f"tint-{n}" for n in range(1, 9)}


def test_sort_keys_sort_as_text_like_moments_do() -> None:
    moments = [NOW + timedelta(microseconds=n * 333_333) for n in range(-3, 8)]
    keys = [formatting.sort_key(moment, 5) for moment in moments]
    assert keys == sorted(keys)
    assert formatting.sort_key(NOW, 9) < formatting.sort_key(NOW, 10)


@pytest.mark.parametrize(
    ("size", "words"), [(None, ""), (640, "640 B"), (12_345, "12 KB"), (1_400_000, "1.4 MB")]
)
def test_sizes(size: int | None, words: str) -> None:
    assert formatting.file_size(size) == words


def test_languages_have_names() -> None:
    assert people_words.language("es") == "Spanish"
    assert people_words.language("pt-BR") == "Portuguese"
    assert people_words.language("xx") == "xx"
