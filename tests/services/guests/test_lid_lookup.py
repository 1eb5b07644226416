"""The number behind a LID is asked for, within limits, and is proof enough to merge (P8, N13)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Guest, GuestAddress, GuestMerge, Instance
from inbox.services.guests import lid_lookup, merges
from tests.cast.people import Cast
from tests.cast.provider import answers

Writes = Callable[..., Conversation]
PHONE, LID = "447700900318@c.us", "26440190443@lid"
TOLD = {"existsWhatsapp": True, "chatId": LID, "phoneNumber": PHONE}
HIDDEN = {"existsWhatsapp": True, "chatId": LID, "phoneNumber": ""}


@pytest.fixture
def green() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def lid() -> GuestAddress:
    db.session.rollback()
    return db.session.scalars(select(GuestAddress).where(GuestAddress.chat_id == LID)).one()


def ask() -> None:
    lid_lookup.ask(lid().id)


def test_a_new_lid_is_due_at_once_and_a_phone_number_never(
    cast: Cast, guest_writes: Writes
) -> None:
    guest_writes("A1", chat_id=PHONE)
    assert lid_lookup.due(clock.now()) == []
    guest_writes("A2", chat_id=LID)
    assert lid_lookup.due(clock.now()) == [lid().id]


def test_the_same_number_is_certain_and_is_merged_with_an_undo(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock
) -> None:
    phone = guest_writes("A1", chat_id=PHONE).guest_id
    guest_writes("A2", chat_id=LID)
    answers(green, "checkWhatsapp", TOLD)
    ask()
    assert lid().guest_id == phone
    assert lid().ask_at is None
    record = db.session.scalars(select(GuestMerge)).one()
    assert (record.into_guest_id, record.staff_id) == (phone, None)
    merges.undo(cast.hotel_id, record.id, cast.bob_id)
    assert lid().guest_id != phone


def test_who_was_parted_by_a_person_stays_parted(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock
) -> None:
    phone = guest_writes("A1", chat_id=PHONE).guest_id
    other = guest_writes("A2", chat_id=LID).guest_id
    record = merges.merge(cast.hotel_id, other, phone, cast.bob_id)
    merges.undo(cast.hotel_id, record.id, cast.bob_id)
    answers(green, "checkWhatsapp", TOLD)
    ask()
    assert lid().guest_id == other
    assert lid().match_key == "447700900318"


def test_a_number_that_nobody_has_yet_finds_the_guest_when_it_writes(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock
) -> None:
    first = guest_writes("A1", chat_id=LID, name="Lucía").guest_id
    answers(green, "checkWhatsapp", TOLD)
    ask()
    assert db.session.get_one(Guest, first).phone == "447700900318"
    second = guest_writes("A2", chat_id=PHONE)
    assert (second.guest_id, second.chat_id) == (first, PHONE)


def test_a_hidden_number_is_asked_for_again_tomorrow_and_not_for_ever(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock
) -> None:
    guest_writes("A1", chat_id=LID)
    answers(green, "checkWhatsapp", HIDDEN)
    ask()
    ask()
    assert len(green.calls) == 1
    again = lid().ask_at
    assert again is not None
    assert again - clock.now() > timedelta(hours=23)
    address_id = lid().id
    long_ago = clock.now() - timedelta(days=31)
    db.session.execute(update(GuestAddress).values(created_at=long_ago, ask_at=long_ago))
    db.session.commit()
    lid_lookup.ask(address_id)
    assert lid().ask_at is None


@pytest.mark.parametrize("status", [429, 466, 500, 401])
def test_a_refusal_puts_it_off_and_raises_nothing(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock, status: int
) -> None:
    guest_writes("A1", chat_id=LID)
    answers(green, "checkWhatsapp", {"message": "no"}, status)
    ask()
    again = lid().ask_at
    assert again is not None
    assert again > clock.now()


def test_the_limits_of_a_second_and_of_a_day_are_kept(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lid_lookup, "MOST_A_DAY", 3)
    answers(green, "checkWhatsapp", HIDDEN)
    for number in range(5):
        guest_writes(f"A{number}", chat_id=f"2644019044{number}@lid")
    for address_id in lid_lookup.due(clock.now(), 10):
        lid_lookup.ask(address_id)
    assert len(green.calls) == 3
    assert lid_lookup.due(clock.now()) == []


def test_a_number_that_is_paused_is_left_alone(
    cast: Cast, guest_writes: Writes, green: responses.RequestsMock
) -> None:
    guest_writes("A1", chat_id=LID)
    db.session.get_one(Instance, cast.instance_id).pause_reason = "not_authorized"
    db.session.commit()
    ask()
    assert len(green.calls) == 0
    assert lid().ask_at is not None
