"""Two guests who are one person: merging them, and taking it back (N11 to N14).

A merge moves addresses and conversations to the guest who stays. Chat ids are never rewritten, so
each conversation is still answered where it was written. Each merge remembers what it moved and
what it filled in; an undo gives exactly that back, in any order of merges and undos.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select, update

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.greenapi import match_keys, parse_chat_id
from inbox.models import Conversation, Guest, GuestAddress, GuestMerge, Staff
from inbox.services import audit, locks
from inbox.services.transaction import Work, transaction

FILLED = ("name", "phone", "language")  # taken over by a guest who has none


@dataclass(frozen=True)
class Merged:
    """A merge that still stands. `by` is '' when Lobby did it because the number is the same."""

    merge: GuestMerge
    was: Guest
    by: str


def merge(hotel_id: int, from_id: int, into_id: int, staff_id: int | None) -> GuestMerge:
    """`from` is `into` from now on. Raises `NotFound`, `Invalid` for groups and for one guest
    twice, `Conflict` when one of them was merged meanwhile.
    """
    if from_id == into_id:
        raise Invalid({"into": "This is the same guest already."})
    with transaction() as work:
        guests = _held(work, hotel_id, (from_id, into_id))
        absorbed, stays = guests[from_id], guests[into_id]
        if absorbed.merged_into_id is not None or stays.merged_into_id is not None:
            raise Conflict("One of the two was merged already. Look at the guest again.")
        addresses = _addresses(work, hotel_id, (from_id, into_id))
        if any(address.kind == "group" for address in addresses):
            raise Invalid({"into": "A group cannot be merged with anybody."})
        own = [address for address in addresses if address.guest_id == from_id]
        moved = _move(work, hotel_id, stays.id, own)
        absorbed.merged_into_id = into_id
        record = GuestMerge(
            hotel_id=hotel_id,
            from_guest_id=from_id,
            into_guest_id=into_id,
            staff_id=staff_id,
            moved=moved,
            at=clock.now(),
        )
        work.session.add(record)
        work.session.flush()
        _fill(work, stays)
        _tell(work, record, "guest.merge", staff_id)
    return record


def undo(hotel_id: int, merge_id: int, staff_id: int | None) -> None:
    """They are two again, with all that each had and all that came to each since. Safe to repeat.

    Raises `NotFound`, also for another hotel's.
    """
    with transaction() as work:
        record = work.session.scalar(
            locks.held(
                select(GuestMerge).where(GuestMerge.hotel_id == hotel_id, GuestMerge.id == merge_id)
            )
        )
        if record is None:
            raise NotFound("This hotel has no such merge.")
        if record.undone_at is not None:
            return
        chain = _held_chain(work, hotel_id, record.from_guest_id)
        absorbed, root = chain[0], chain[-1]
        returning = _returning(work, record, root.id)
        absorbed.merged_into_id = None
        record.undone_at = clock.now()
        moved = _move(work, hotel_id, absorbed.id, returning)
        _take_out(work, chain[1:], moved)
        for guest in chain[1:]:
            _fill(work, guest)
        _tell(work, record, "guest.unmerge", staff_id, more=(root.id,))


def of_guest(hotel_id: int, guest_id: int) -> list[Merged]:
    """The merges into this guest that stand, newest first."""
    rows = db.session.execute(
        select(GuestMerge, Guest, Staff.name)
        .join(Guest, Guest.id == GuestMerge.from_guest_id)
        .outerjoin(Staff, Staff.id == GuestMerge.staff_id)
        .where(
            GuestMerge.hotel_id == hotel_id,
            GuestMerge.into_guest_id == guest_id,
            GuestMerge.undone_at.is_(None),
        )
        .order_by(GuestMerge.id.desc())
    )
    return [Merged(record, guest, name or "") for record, guest, name in rows]


def were_parted(hotel_id: int, guest_id: int, other_ids: Collection[int]) -> set[int]:
    """Those of whom a person said that they are not this guest, by undoing a merge."""
    others = GuestMerge.from_guest_id + GuestMerge.into_guest_id - guest_id
    return set(
        db.session.scalars(
            select(others).where(
                GuestMerge.hotel_id == hotel_id,
                GuestMerge.undone_at.is_not(None),
                or_(
                    and_(
                        GuestMerge.from_guest_id == guest_id,
                        GuestMerge.into_guest_id.in_(other_ids),
                    ),
                    and_(
                        GuestMerge.into_guest_id == guest_id,
                        GuestMerge.from_guest_id.in_(other_ids),
                    ),
                ),
            )
        )
    )


def show(work: Work, hotel_id: int, guest_ids: Collection[int]) -> None:
    """Have every open browser draw these guests' conversations anew."""
    for conversation_id in work.session.scalars(
        select(Conversation.id).where(
            Conversation.hotel_id == hotel_id, Conversation.guest_id.in_(guest_ids)
        )
    ):
        work.changed(hotel_id, "conversation", conversation_id)


def _held(work: Work, hotel_id: int, guest_ids: Collection[int]) -> dict[int, Guest]:
    """These guests, locked in the order of their ids. Raises `NotFound`."""
    found = work.session.scalars(
        locks.held(
            select(Guest)
            .where(Guest.hotel_id == hotel_id, Guest.id.in_(guest_ids))
            .order_by(Guest.id)
        )
    )
    guests = {guest.id: guest for guest in found}
    if set(guests) != set(guest_ids):
        raise NotFound("This hotel has no such guest.")
    return guests


def _addresses(work: Work, hotel_id: int, guest_ids: Collection[int]) -> list[GuestAddress]:
    theirs = (GuestAddress.hotel_id == hotel_id, GuestAddress.guest_id.in_(guest_ids))
    query = select(GuestAddress).where(*theirs).order_by(GuestAddress.id)
    return list(work.session.scalars(locks.held(query)))


def _move(
    work: Work, hotel_id: int, guest_id: int, addresses: Collection[GuestAddress]
) -> dict[str, Any]:
    """Give the addresses, and the conversations at them, to this guest. Returns what moved.

    Addresses first: who holds one of them is just writing a conversation, which is then there.
    """
    for address in addresses:
        address.guest_id = guest_id
    work.session.flush()
    conversation_ids = work.session.scalars(
        update(Conversation)
        .where(
            Conversation.hotel_id == hotel_id,
            Conversation.chat_id.in_([address.chat_id for address in addresses]),
        )
        .values(guest_id=guest_id)
        .returning(Conversation.id),
        execution_options={"synchronize_session": False},
    ).all()
    return {
        "addresses": [address.id for address in addresses],
        "conversations": sorted(conversation_ids),
        "filled": {},
    }


def _held_chain(work: Work, hotel_id: int, guest_id: int) -> list[Guest]:
    chain = _chain(work, guest_id)
    _held(work, hotel_id, [guest.id for guest in chain])
    if _chain(work, guest_id) != chain:
        raise Conflict("One of the guests was just merged. Look at the guest again.")
    return chain


def _chain(work: Work, guest_id: int) -> list[Guest]:
    """The guest, who they were merged into, who that one was merged into, and so on."""
    chain = [work.session.get_one(Guest, guest_id)]
    while chain[-1].merged_into_id is not None:
        chain.append(work.session.get_one(Guest, chain[-1].merged_into_id))
    return chain


def _returning(work: Work, record: GuestMerge, root_id: int) -> list[GuestAddress]:
    """What the merge moved, and what was found since then under a number it moved."""
    addresses = _addresses(work, record.hotel_id, (root_id,))
    moved = set(record.moved["addresses"])
    theirs = {address.match_key for address in addresses if address.id in moved}
    others = {
        address.match_key
        for address in addresses
        if address.id not in moved and address.created_at <= record.at
    }
    return [
        address
        for address in addresses
        if address.id in moved
        or (address.created_at > record.at and _belongs(address, theirs, others))
    ]


def _belongs(address: GuestAddress, theirs: set[str], others: set[str]) -> bool:
    keys = {address.match_key, *match_keys(parse_chat_id(address.chat_id))}
    return bool(keys & theirs) and not keys & others


def _take_out(work: Work, guests: Collection[Guest], returned: dict[str, Any]) -> None:
    """Later merges carried these on; their own undo must leave them where they are now."""
    for record in _standing(work, [guest.id for guest in guests]):
        record.moved = {
            **record.moved,
            **{
                name: [one for one in record.moved[name] if one not in set(returned[name])]
                for name in ("addresses", "conversations")
            },
        }


def _standing(work: Work, into_ids: Collection[int]) -> list[GuestMerge]:
    return list(
        work.session.scalars(
            select(GuestMerge)
            .where(GuestMerge.into_guest_id.in_(into_ids), GuestMerge.undone_at.is_(None))
            .order_by(GuestMerge.id)
        )
    )


def _fill(work: Work, guest: Guest) -> None:
    """What the guest does not know of themselves is taken from those merged into them, the first
    who knows. What was taken before and is not changed since is given up first.
    """
    records = work.session.scalars(
        select(GuestMerge).where(GuestMerge.into_guest_id == guest.id).order_by(GuestMerge.id)
    ).all()
    for name in FILLED:
        for record in records:
            taken = dict(record.moved["filled"])
            if name in taken and taken.pop(name) == getattr(guest, name):
                setattr(guest, name, "")
            record.moved = {**record.moved, "filled": taken}
        _take(work, guest, name, [record for record in records if record.undone_at is None])
    work.session.flush()


def _take(work: Work, guest: Guest, name: str, records: Iterable[GuestMerge]) -> None:
    if getattr(guest, name):
        return
    for record in records:
        if value := getattr(work.session.get_one(Guest, record.from_guest_id), name):
            setattr(guest, name, value)
            record.moved = {**record.moved, "filled": {**record.moved["filled"], name: value}}
            return


def _tell(
    work: Work,
    record: GuestMerge,
    action: str,
    staff_id: int | None,
    more: tuple[int, ...] = (),
) -> None:
    show(work, record.hotel_id, (record.from_guest_id, record.into_guest_id, *more))
    audit.act_on(
        work,
        audit.SYSTEM if staff_id is None else staff_id,
        action,
        record.hotel_id,
        f"guest:{record.from_guest_id}",
        into=record.into_guest_id,
        merge=record.id,
    )
