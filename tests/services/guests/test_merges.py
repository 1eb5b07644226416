"""Two guests who are one person: merged, found again, and parted as they were (N11 to N14)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Change, Conversation, Guest, GuestAddress, GuestMerge
from inbox.services.guests import merges
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
PHONE, LID = "447700900318@c.us", "26440190443@lid"


def picture(hotel_id: int) -> dict[str, Any]:
    """Who has which addresses, conversations, names and numbers."""
    db.session.rollback()
    return {
        "addresses": dict(
            db.session.execute(
                select(GuestAddress.chat_id, GuestAddress.guest_id).where(
                    GuestAddress.hotel_id == hotel_id
                )
            ).all()
        ),
        "conversations": dict(
            db.session.execute(
                select(Conversation.chat_id, Conversation.guest_id).where(
                    Conversation.hotel_id == hotel_id
                )
            ).all()
        ),
        "guests": {
            guest.id: (guest.name, guest.phone, guest.merged_into_id)
            for guest in db.session.scalars(select(Guest).where(Guest.hotel_id == hotel_id))
        },
    }


@pytest.fixture
def pair(guest_writes: Writes) -> tuple[int, int]:
    """The same Lucía twice: by her number, and by a LID without a number. Ids of the guests."""
    phone = guest_writes("A1", chat_id=PHONE, name="").guest_id
    lid = guest_writes("A2", chat_id=LID, name="Lucía").guest_id
    return lid, phone


def test_who_stays_has_everything_and_chat_ids_are_as_they_were(
    cast: Cast, pair: tuple[int, int]
) -> None:
    lid, phone = pair
    merges.merge(cast.hotel_id, lid, phone, cast.bob_id)
    found = picture(cast.hotel_id)
    assert found["addresses"] == found["conversations"] == {PHONE: phone, LID: phone}
    assert found["guests"][phone] == ("Lucía", "447700900318", None)
    assert found["guests"][lid][2] == phone


def test_what_comes_from_a_merged_address_goes_to_who_stays_in_its_own_thread(
    cast: Cast, pair: tuple[int, int], guest_writes: Writes
) -> None:
    lid, phone = pair
    merges.merge(cast.hotel_id, lid, phone, cast.bob_id)
    conversation = guest_writes("A3", chat_id=LID)
    assert (conversation.guest_id, conversation.chat_id) == (phone, LID)


def test_an_undo_restores_exactly(cast: Cast, pair: tuple[int, int]) -> None:
    before = picture(cast.hotel_id)
    record = merges.merge(cast.hotel_id, *pair, cast.bob_id)
    merges.undo(cast.hotel_id, record.id, cast.alice_id)
    assert picture(cast.hotel_id) == before
    merges.undo(cast.hotel_id, record.id, cast.alice_id)
    assert picture(cast.hotel_id) == before


def test_an_undo_returns_what_came_since_under_the_number_it_moved(
    cast: Cast, guest_writes: Writes
) -> None:
    old = guest_writes("A1", chat_id="5215512345678@c.us", name="Ana").guest_id
    other = guest_writes("A2", chat_id="34600123456@c.us", name="Ana P").guest_id
    record = merges.merge(cast.hotel_id, old, other, cast.bob_id)
    assert guest_writes("A3", chat_id="525512345678@c.us").guest_id == other
    merges.undo(cast.hotel_id, record.id, cast.bob_id)
    found = picture(cast.hotel_id)["conversations"]
    assert found["525512345678@c.us"] == found["5215512345678@c.us"] == old
    assert found["34600123456@c.us"] == other


def test_the_first_of_two_merges_can_be_undone_before_the_second(
    cast: Cast, guest_writes: Writes
) -> None:
    one, two, three = (
        guest_writes(f"A{n}", chat_id=f"44770090000{n}@c.us", name=f"Guest {n}").guest_id
        for n in (1, 2, 3)
    )
    before = picture(cast.hotel_id)
    first = merges.merge(cast.hotel_id, one, two, cast.bob_id)
    second = merges.merge(cast.hotel_id, two, three, cast.bob_id)
    merges.undo(cast.hotel_id, first.id, cast.bob_id)
    found = picture(cast.hotel_id)["addresses"]
    assert list(found.values()) == [one, three, three]
    merges.undo(cast.hotel_id, second.id, cast.bob_id)
    assert picture(cast.hotel_id) == before


def test_everybody_sees_it_and_it_is_on_record(cast: Cast, pair: tuple[int, int]) -> None:
    db.session.query(Change).delete()
    db.session.commit()
    record = merges.merge(cast.hotel_id, *pair, cast.bob_id)
    shown = db.session.scalars(select(Change.conversation_id)).all()
    assert len(set(shown)) == 2
    merges.undo(cast.hotel_id, record.id, cast.alice_id)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("guest.%")).order_by(AuditEntry.id)
    ).all()
    assert [(one.actor, one.action) for one in entries] == [
        (f"staff:{cast.bob_id}", "guest.merge"),
        (f"staff:{cast.alice_id}", "guest.unmerge"),
    ]


def test_what_cannot_be_is_refused_in_words(
    cast: Cast, pair: tuple[int, int], guest_writes: Writes
) -> None:
    lid, phone = pair
    group = guest_writes("A3", chat_id="120363043968066561@g.us").guest_id
    with pytest.raises(Invalid):
        merges.merge(cast.hotel_id, lid, lid, cast.bob_id)
    with pytest.raises(Invalid):
        merges.merge(cast.hotel_id, group, phone, cast.bob_id)
    merges.merge(cast.hotel_id, lid, phone, cast.bob_id)
    for one, other in ((lid, phone), (phone, lid)):
        with pytest.raises(Conflict):
            merges.merge(cast.hotel_id, one, other, cast.bob_id)


def test_another_hotels_guests_and_merges_do_not_exist(cast: Cast, pair: tuple[int, int]) -> None:
    with pytest.raises(NotFound):
        merges.merge(cast.other_hotel_id, *pair, cast.charlie_id)
    record = merges.merge(cast.hotel_id, *pair, cast.bob_id)
    with pytest.raises(NotFound):
        merges.undo(cast.other_hotel_id, record.id, cast.charlie_id)
    assert merges.of_guest(cast.other_hotel_id, pair[1]) == []
    assert db.session.get_one(GuestMerge, record.id).undone_at is None
