"""Words of danger: found in every language of the list, and few false alarms."""

import time

import pytest

from inbox.sentiment import danger
from tests.bench.sentiment import HARD, MESSAGES, load
from tests.sentiment import sentences


@pytest.mark.parametrize("language", sorted(sentences.DANGER))
def test_danger_is_found(language: str) -> None:
    read = {text: danger.find(text) for text in sentences.DANGER[language]}
    assert [text for text, reading in read.items() if reading is None] == []
    assert {reading.label for reading in read.values() if reading} == {"danger"}


@pytest.mark.parametrize("text", sentences.NO_DANGER)
def test_what_only_sounds_like_it_is_passed_over(text: str) -> None:
    assert danger.find(text) is None


def test_no_ordinary_message_is_a_danger() -> None:
    listed = [groups for path in (MESSAGES, HARD) for groups in load(path).values()]
    texts = [text for groups in listed for texts in groups.values() for text in texts]
    assert len(texts) >= 200
    assert [text for text in texts if danger.find(text)] == []


def test_every_language_of_the_list_has_its_sentences() -> None:
    assert set(sentences.DANGER) == set(danger.languages())
    assert len(danger.languages()) >= 15


@pytest.mark.parametrize(
    "text", ["smell of the " * 2000, "fire" * 9000, "\0" * 20_000, "煙" * 20_000]
)
def test_nobody_can_keep_it_busy(text: str) -> None:
    begun = time.thread_time()
    danger.find(text)
    assert time.thread_time() - begun < 2
