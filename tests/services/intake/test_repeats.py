"""Old messages that Green API sends again by itself: the desk is told (P10)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inbox import clock
from inbox.models import Conversation
from inbox.services.intake import repeats
from inbox.services.lines import incidents, line
from tests.cast.chat import API, Chat
from tests.cast.desk import accepted, change
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
SAME = {"typeMessage": "extendedTextMessage", "extendedTextMessageData": {"text": "Gladly"}}


@pytest.fixture
def old(cast: Cast, guest_writes: Writes) -> int:
    """A reply of yesterday."""
    message_id = accepted(cast, guest_writes("A1"), "B1")
    change(message_id, sorted_at=clock.now() - timedelta(days=1))
    return message_id


def told(cast: Cast) -> list[str]:
    return [one.kind for one in incidents.of_hotel(cast.hotel_id)]


def test_the_same_text_under_a_new_id_a_day_later_is_told_in_words(cast: Cast, old: int) -> None:
    Chat(cast).says("X1", SAME, 500, by=API)
    Chat(cast).says("X2", SAME, 510, by=API)
    assert told(cast) == ["repeated"]
    words = line.health(cast.hotel_id)[0].notices[0].words
    assert "2 old messages of ours" in words


def test_another_programs_own_words_are_none_of_ours(cast: Cast, old: int) -> None:
    other = {"typeMessage": "textMessage", "textMessageData": {"textMessage": "Your invoice"}}
    Chat(cast).says("X1", other, 500, by=API)
    assert told(cast) == []


def test_the_echo_of_what_was_just_sent_is_no_repeat(cast: Cast, guest_writes: Writes) -> None:
    accepted(cast, guest_writes("A1"), "B1")
    Chat(cast).says("B1", SAME, 600, by=API)
    assert told(cast) == []


def test_half_a_day_later_it_is_over(cast: Cast, old: int) -> None:
    Chat(cast).says("X1", SAME, 500, by=API)
    repeats.close_old(clock.now())
    assert told(cast) == ["repeated"]
    repeats.close_old(clock.now() + timedelta(hours=13))
    assert told(cast) == []
