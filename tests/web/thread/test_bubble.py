"""What a bubble says besides its text."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox import clock
from inbox.models import STATUS_RANK, Attachment, Hotel, Message, Staff
from inbox.web.thread import bubble
from inbox.web.words.ticks import TICKS, cancelled_words, tick

MADRID = Hotel(slug="m", name="M", timezone="Europe/Madrid")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def guest_message(**values: object) -> Message:
    return Message(
        **{"direction": "in", "origin": "guest", "sender_chat_id": "1@c.us", "sorted_at": NOON}
        | values
    )


def test_bubbles_group_within_five_minutes_of_one_sender_on_one_day() -> None:
    first = guest_message()
    near = guest_message(sorted_at=NOON + timedelta(minutes=4, seconds=59))
    far = guest_message(sorted_at=NOON + timedelta(minutes=5))
    somebody = guest_message(sender_chat_id="2@c.us")
    assert bubble.joins(first, near, MADRID)
    assert not bubble.joins(first, far, MADRID)
    assert not bubble.joins(first, somebody, MADRID)


def test_midnight_of_the_hotel_parts_a_group() -> None:
    before = guest_message(sorted_at=datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    after = guest_message(sorted_at=datetime(2026, 11, 23, 23, 1, tzinfo=UTC))
    assert not bubble.joins(before, after, MADRID)


def test_every_status_has_a_tick_with_words() -> None:
    assert set(TICKS) == set(STATUS_RANK)
    assert all(found.words for found in TICKS.values())


def our_message(status: str, **values: object) -> Message:
    return Message(direction="out", origin="desk", status=status, **values)


def test_accepted_is_not_shown_as_sent() -> None:
    assert tick(our_message("accepted"), MADRID).icon == "clock"
    assert tick(our_message("something new"), MADRID).icon == "clock"
    assert tick(our_message("delivered"), MADRID).tone != tick(our_message("read"), MADRID).tone


def test_a_tick_that_stays_away_has_a_shape_and_words_of_its_own() -> None:
    late = tick(our_message("sent", overdue_at=NOON), MADRID)
    assert late.icon != tick(our_message("sent"), MADRID).icon
    assert "phone may be off" in late.words
    assert tick(our_message("delivered", overdue_at=NOON), MADRID) == TICKS["delivered"]


def test_what_a_person_confirmed_is_not_shown_as_waiting_and_says_who(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    confirmed = {"failure_code": "confirmed", "accepted_at": NOON - timedelta(minutes=5)}
    alice = our_message("accepted", confirmed_by=Staff(name="Alice Doe"), **confirmed)
    assert tick(alice, MADRID).icon == "tick"
    assert tick(alice, MADRID).words == "Alice confirmed that it arrived (11:55)"
    alice.accepted_at = NOON - timedelta(days=1)
    assert tick(alice, MADRID).words == "Alice confirmed that it arrived (Yesterday, 12:00)"
    before = our_message("accepted", **confirmed)  # from before it was noted
    assert tick(before, MADRID).words == "Somebody here confirmed that it arrived (11:55)"
    alice.status = "delivered"
    assert tick(alice, MADRID) == TICKS["delivered"]


def test_each_way_of_not_sending_has_its_words() -> None:
    words = {
        cancelled_words(our_message("cancelled", failure_code=code))
        for code in ("retried", "discarded", "called_back")
    }
    assert len(words) == 3


@pytest.mark.parametrize(
    "payload",
    [{}, {"latitude": "x", "longitude": 2}, {"latitude": 91, "longitude": 0}, {"latitude": None}],
)
def test_a_place_that_makes_no_sense_is_none(payload: dict[str, object]) -> None:
    assert bubble.place(guest_message(payload=payload)) is None


def test_a_place_opens_on_a_map_by_its_numbers_alone() -> None:
    found = bubble.place(
        guest_message(payload={"latitude": 40.4168, "longitude": -3.7038, "name": "<T4>&x=1"})
    )
    assert found is not None
    assert found.name == "<T4>&x=1"
    assert found.url == (
        "https://www.openstreetmap.org/?mlat=40.416800&mlon=-3.703800#map=17/40.416800/-3.703800"
    )


def test_contacts_are_never_empty_and_keep_only_digits() -> None:
    one = bubble.contacts(guest_message(payload={"display_name": "Taxi", "phone": "+34 910-000"}))
    assert one == [bubble.Person("Taxi", "34910000")]
    assert bubble.contacts(guest_message(payload={})) == [bubble.Person("A contact", "")]
    many = bubble.contacts(guest_message(payload={"contacts": [{"display_name": "A"}, "junk"]}))
    assert many == [bubble.Person("A", "")]


@pytest.mark.parametrize("marker", ["SWE001", "SWE002", "SWE003", "SWE"])
def test_a_marker_is_explained_in_words(marker: str) -> None:
    words = bubble.marker_words(guest_message(payload={"marker": marker}))
    assert words
    assert "SWE" not in words


def test_a_file_type_comes_from_its_name_then_its_type() -> None:
    assert bubble.file_type(Attachment(file_name="a.pdf", mime_type="x/y")) == "PDF"
    assert bubble.file_type(Attachment(file_name="", mime_type="image/jpeg")) == "JPG"
    assert bubble.file_type(Attachment(file_name="", mime_type="application/x-very-long")) == ""


def test_the_new_line_counts_what_the_guest_wrote_since() -> None:
    messages = [guest_message(id=n) for n in (1, 2, 3)] + [
        Message(id=4, direction="out", origin="desk")
    ]
    assert bubble.new_count(messages, 2) == 2
    assert bubble.new_count(messages, None) == 0
