"""The word lists: what they must get right, what they must not guess, what they must survive."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.sentiment import CALM, HAPPY, UNKNOWN, UPSET, Embedded
from inbox.sentiment.lexicon import lexicons
from tests.sentiment import sentences

analyser = Embedded()


@pytest.mark.parametrize("language", sorted(sentences.CALM))
def test_nobody_calm_is_called_upset(language: str) -> None:
    read = {text: analyser.read(text) for text in sentences.CALM[language]}
    assert {text: reading.why for text, reading in read.items() if reading.label == UPSET} == {}


@pytest.mark.parametrize("language", sorted(sentences.ANGRY))
def test_everybody_angry_is(language: str) -> None:
    read = {text: analyser.read(text).label for text in sentences.ANGRY[language]}
    assert read == dict.fromkeys(sentences.ANGRY[language], UPSET)


def test_every_language_has_its_sentences() -> None:
    assert set(sentences.CALM) == set(sentences.ANGRY) == set(lexicons())


@pytest.mark.parametrize(
    "text",
    [
        "Rummet är smutsigt och ingen kommer",
        "V pokoji je špína a nikdo nepřichází",
        "Camera este murdară și nu vine nimeni",
        "Kamra bahut ganda hai aur koi nahi aaya",
        "Δεν έχει ζεστό νερό πάλι",
        "ห้องสกปรกมาก",
        "Кімната брудна, і ніхто не приходить",
        "اتاق کثیف است و هیچ کس نمی آید",
        "Qwrtz plmk xvbn",
    ],
)
def test_a_language_that_it_does_not_know_is_not_guessed(text: str) -> None:
    assert analyser.read(text).label == UNKNOWN


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("😡😡😡", UPSET),
        ("🙏", HAPPY),
        ("304", CALM),
        ("?", CALM),
        ("", CALM),
        ("The room is not bad at all", CALM),
        ("No complaints, everything works now", HAPPY),
        ("We are not at all happy", UPSET),
        ("The room is dirty and the lamp is broken", UPSET),
        ("the lamp is broken", CALM),
        ("the lamp is broken!!", CALM),
        ("THE LAMP IS BROKEN AGAIN!!", UPSET),
        ("Im still waiting", UPSET),
        ("No hay agua caliente otra vez en la habitacion", UPSET),
        ("Das ist soooo schrecklich", UPSET),
    ],
)
def test_what_changes_a_reading(text: str, label: str) -> None:
    assert analyser.read(text).label == label


def test_it_quotes_the_guest_in_the_guests_spelling() -> None:
    reading = analyser.read("La habitación está SUCIA, qué vergüenza")
    assert reading.why == "“SUCIA”, “vergüenza”"
    assert reading.analyser == "lobby-words-1"


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_it_answers(text: str) -> None:
    reading = analyser.read(text)
    assert -1.0 <= reading.score <= 1.0
    assert len(reading.why) <= 200


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "still no " * 8000, "no … " * 9000, "お湯が" * 9000]
)
def test_nobody_can_keep_it_busy(text: str) -> None:
    begun = time.thread_time()
    analyser.read(text)
    assert time.thread_time() - begun < 2
