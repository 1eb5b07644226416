"""The language model that may read sentiment: all three settings or none, and no carelessness."""

from pathlib import Path

import pytest

from inbox.config import Settings
from inbox.environment import SettingsError

GOOD = {
    "LOBBY_MOOD_URL": "https://api.deepseek.com/v1/",
    "LOBBY_MOOD_KEY": "sk-hunter2",
    "LOBBY_MOOD_MODEL": "deepseek-chat",
}


def read(folder: Path, **environ: str) -> Settings:
    return Settings.from_env({"LOBBY_DATA": str(folder), **environ})


def test_it_is_off_by_default(tmp_path: Path) -> None:
    assert read(tmp_path).sentiment_model is None
    assert read(tmp_path, LOBBY_MOOD_HOURLY="10").sentiment_model is None


def test_with_all_three_it_is_on(tmp_path: Path) -> None:
    settings = read(tmp_path, **GOOD)
    place = settings.sentiment_model
    assert place is not None
    assert (place.url, place.name) == ("https://api.deepseek.com/v1", "deepseek-chat")
    assert (place.key, place.hourly) == ("sk-hunter2", 200)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_two_of_three_are_a_mistake(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        read(tmp_path, **GOOD | {missing: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOBBY_MOOD_URL", "api.deepseek.com"),
        ("LOBBY_MOOD_URL", "ftp://api.deepseek.com"),
        ("LOBBY_MOOD_URL", "http://api.deepseek.com/v1"),
        ("LOBBY_MOOD_URL", "http://8.8.8.8/v1"),
        ("LOBBY_MOOD_URL", "https://user:sk-hunter2@api.deepseek.com"),
        ("LOBBY_MOOD_URL", "https://api.deepseek.com/v1?key=sk-hunter2"),
        ("LOBBY_MOOD_KEY", "sk hunter2"),
        ("LOBBY_MOOD_KEY", "sk-hunter2\nX: y"),
        ("LOBBY_MOOD_KEY", "sk-hunter2é"),
        ("LOBBY_MOOD_MODEL", "a\nb"),
        ("LOBBY_MOOD_HOURLY", "-1"),
        ("LOBBY_MOOD_HOURLY", "1000"),
        ("LOBBY_MOOD_HOURLY", "many"),
    ],
)
def test_a_bad_value_is_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as told:
        read(tmp_path, **GOOD | {name: value})
    assert "\n" not in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:11434/v1", "http://ollama:11434/v1", "http://10.0.0.7", "http://m.lan"],
)
def test_ones_own_machine_may_be_reached_in_the_open(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, **GOOD | {"LOBBY_MOOD_URL": url}).sentiment_model is not None
