"""Who looks like one person, and what the desk is told about it."""

from collections.abc import Callable

from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Conversation, Guest, GuestAddress
from inbox.services.guests import merges, suggestions
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
LID = "26440190443@lid"


def guest_of(conversation: Conversation) -> Guest:
    return db.session.get_one(Guest, conversation.guest_id)


def test_the_same_whole_name_is_a_hint_that_warns_of_namesakes(
    cast: Cast, guest_writes: Writes
) -> None:
    one = guest_of(guest_writes("A1", chat_id="447700900001@c.us", name="Lucía Serrano"))
    other = guest_of(guest_writes("A2", chat_id=LID, name="Lucía Serrano"))
    found = suggestions.for_guest(cast.hotel_id, other)
    assert [(s.other.id, s.from_id, s.into_id) for s in found] == [(one.id, other.id, one.id)]
    assert "namesakes" in found[0].reason


def test_a_first_name_is_no_hint(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", chat_id="447700900001@c.us", name="Maria")
    other = guest_of(guest_writes("A2", chat_id="447700900002@c.us", name="Maria"))
    assert suggestions.for_guest(cast.hotel_id, other) == []


def test_a_group_of_that_name_is_nobody(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", chat_id="120363043968066561@g.us", name="Serrano Family")
    other = guest_of(guest_writes("A2", chat_id="447700900002@c.us", name="Serrano Family"))
    assert suggestions.for_guest(cast.hotel_id, other) == []


def test_the_number_behind_a_lid_is_a_hint_even_after_an_undo(
    cast: Cast, guest_writes: Writes
) -> None:
    phone = guest_of(guest_writes("A1", chat_id="447700900318@c.us", name="L"))
    lid = guest_of(guest_writes("A2", chat_id=LID, name="S"))
    address = db.session.scalars(select(GuestAddress).where(GuestAddress.chat_id == LID)).one()
    address.match_key = "447700900318"
    db.session.commit()
    record = merges.merge(cast.hotel_id, lid.id, phone.id, None)
    assert suggestions.for_guest(cast.hotel_id, db.session.get_one(Guest, phone.id)) == []
    merges.undo(cast.hotel_id, record.id, cast.bob_id)
    found = suggestions.for_guest(cast.hotel_id, db.session.get_one(Guest, phone.id))
    assert [s.other.id for s in found] == [lid.id]
    assert "hidden number" in found[0].reason


def test_who_was_parted_is_not_suggested_for_the_name_again(
    cast: Cast, guest_writes: Writes
) -> None:
    one = guest_writes("A1", chat_id="447700900001@c.us", name="Lucía Serrano").guest_id
    other = guest_writes("A2", chat_id="447700900002@c.us", name="Lucía Serrano").guest_id
    record = merges.merge(cast.hotel_id, other, one, cast.bob_id)
    merges.undo(cast.hotel_id, record.id, cast.bob_id)
    for guest_id in (one, other):
        guest = db.session.get_one(Guest, guest_id)
        assert suggestions.for_guest(cast.hotel_id, guest) == []


def test_two_spellings_of_one_number_are_the_same_person(cast: Cast, guest_writes: Writes) -> None:
    one = guest_writes("A1", chat_id="5215512345678@c.us", name="A").guest_id
    again = guest_writes("A2", chat_id="525512345678@c.us", name="B")
    assert again.guest_id == one
    assert again.chat_id == "525512345678@c.us"
