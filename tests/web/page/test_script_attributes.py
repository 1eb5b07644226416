"""What the server decides reaches the scripts as attributes, in the words of the server itself."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from inbox import clock
from inbox.models import Hotel
from inbox.web.page import script_attributes
from inbox.web.words import formatting

MADRID = Hotel(slug="m", name="M", timezone="Europe/Madrid")
# The day after clocks went back: a day ago was 25 hours ago.
NOW = datetime(2026, 10, 25, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_a_fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_days_have_the_names_that_the_server_gives_them() -> None:
    handed = script_attributes.of_days(MADRID)
    assert handed["data-today"] == formatting.day_key(NOW, MADRID) == "2026-10-25"
    assert json.loads(str(handed["data-days"])) == {
        "2026-10-25": "Today",
        "2026-10-24": "Yesterday",
    }
    assert script_attributes.day_words(NOW, MADRID) == "Sun 25 Oct"
    assert script_attributes.day_words(NOW - timedelta(days=400), MADRID) == "Sun 21 Sep 2025"


@pytest.mark.parametrize("seconds", [0, 59, 60, 3599, 3600, 172_799, 172_800, 900_000])
def test_spans_read_as_the_server_reads_them(seconds: int) -> None:
    steps = json.loads(str(script_attributes.of_page()["data-spans"]))
    step = next(step for step in steps if step["below"] is None or seconds < step["below"])
    words = f"{seconds // step['unit']} {step['word']} ago"
    assert words == formatting.ago(NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize("size", [0, 999, 1000, 12_400, 999_499, 999_500, 1_450_000, 104_857_600])
def test_sizes_read_as_the_server_reads_them(size: int) -> None:
    steps = json.loads(str(script_attributes.of_composer()["data-sizes"]))
    step = next(step for step in steps if step["below"] is None or size < step["below"])
    assert f"{size / step['unit']:.{step['digits']}f} {step['word']}" == formatting.file_size(size)


def test_limits_are_those_of_the_services() -> None:
    assert script_attributes.of_messages() == {"data-joins-within": 300}
    assert script_attributes.of_page()["data-soon"] == 600
    assert script_attributes.of_page()["data-late"] == 1200
    composer = script_attributes.of_composer()
    assert composer["data-longest-caption"] == 1024
    assert composer["data-longest-recording"] == 900
    assert composer["data-largest"] == 104_857_600
    assert (
        composer["data-too-large"]
        == "is larger than 100 MB, which is the most that WhatsApp takes."
    )
    assert composer["data-without-text"] == "audio voice"
