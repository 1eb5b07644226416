"""Which guests look like one person, and why, in honest words. Nothing is merged by looking."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, select

from inbox.extensions import db
from inbox.greenapi import match_keys, parse_chat_id
from inbox.models import Conversation, Guest, GuestAddress
from inbox.services.guests import merges

MOST = 3
LOOKED_AT = 20


@dataclass(frozen=True)
class Suggestion:
    """`other` may be this guest, because of `reason`. `from_id` would be merged into `into_id`:
    who is known by a phone number stays, else who wrote first.
    """

    other: Guest
    reason: str
    from_id: int
    into_id: int


def for_guest(hotel_id: int, guest: Guest) -> list[Suggestion]:
    """At most `MOST`, the same number before the same name. Call it for people, not for groups."""
    others = _others(hotel_id, guest)
    if not others:
        return []
    addresses = _addresses(hotel_id, [guest.id, *(other.id for other in others)])
    mine = addresses[guest.id]
    parted = merges.were_parted(hotel_id, guest.id, [other.id for other in others])
    by_number, by_name = [], []
    for other in others:
        theirs = addresses[other.id]
        if _keys(mine) & _keys(theirs):
            by_number.append(_suggest(guest, mine, other, theirs, _number(mine, theirs)))
        elif other.id not in parted:
            by_name.append(_suggest(guest, mine, other, theirs, _name(guest)))
    return [*by_number, *by_name][:MOST]


def conversations_beside(hotel_id: int, conversation: Conversation) -> list[Conversation]:
    """The guest's other conversations, newest first."""
    return list(
        db.session.scalars(
            select(Conversation)
            .where(
                Conversation.hotel_id == hotel_id,
                Conversation.guest_id == conversation.guest_id,
                Conversation.id != conversation.id,
            )
            .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
            .limit(LOOKED_AT)
        )
    )


def _addresses(hotel_id: int, guest_ids: Collection[int]) -> dict[int, list[GuestAddress]]:
    found: dict[int, list[GuestAddress]] = defaultdict(list)
    for address in db.session.scalars(
        select(GuestAddress)
        .where(GuestAddress.hotel_id == hotel_id, GuestAddress.guest_id.in_(guest_ids))
        .order_by(GuestAddress.id)
    ):
        found[address.guest_id].append(address)
    return found


def _others(hotel_id: int, guest: Guest) -> list[Guest]:
    """Who may be the same, by the keys of this guest's addresses, the spellings of their number, or
    their whole name."""
    mine = select(GuestAddress.match_key).where(
        GuestAddress.hotel_id == hotel_id, GuestAddress.guest_id == guest.id
    )
    spellings = match_keys(parse_chat_id(f"{guest.phone}@c.us")) if guest.phone else ()
    by_number = select(GuestAddress.guest_id).where(
        GuestAddress.hotel_id == hotel_id,
        or_(GuestAddress.match_key.in_(mine), GuestAddress.match_key.in_(spellings)),
    )
    looks: list[ColumnElement[bool]] = [Guest.id.in_(by_number)]
    if len(guest.name.split()) > 1:  # half the world is called Maria
        looks.append(and_(Guest.name == guest.name, ~_is_group()))
    return list(
        db.session.scalars(
            select(Guest)
            .where(
                Guest.hotel_id == hotel_id,
                Guest.id != guest.id,
                Guest.merged_into_id.is_(None),
                or_(*looks),
            )
            .order_by(Guest.id)
            .limit(LOOKED_AT)
        )
    )


def _is_group() -> Exists:
    return exists().where(GuestAddress.guest_id == Guest.id, GuestAddress.kind == "group")


def _keys(addresses: Collection[GuestAddress]) -> set[str]:
    """Every spelling of every number, and the LIDs."""
    keys = {address.match_key for address in addresses}
    for key in tuple(keys):
        keys.update(match_keys(parse_chat_id(f"{key}@c.us")) if key.isdigit() else ())
    return keys


def _number(mine: Collection[GuestAddress], theirs: Collection[GuestAddress]) -> str:
    if any(address.kind == "lid" for address in (*mine, *theirs)):
        return "WhatsApp says that the hidden number of one is the number of the other."
    return "Their numbers are two spellings of one number."


def _name(guest: Guest) -> str:
    return f"Both are called {guest.name}. They may be namesakes: look before you merge."


def _suggest(
    guest: Guest,
    mine: Collection[GuestAddress],
    other: Guest,
    theirs: Collection[GuestAddress],
    reason: str,
) -> Suggestion:
    ranked = sorted((not _has_number(one), it.id) for it, one in ((guest, mine), (other, theirs)))
    stays = ranked[0][1]
    return Suggestion(other, reason, other.id if stays == guest.id else guest.id, stays)


def _has_number(addresses: Collection[GuestAddress]) -> bool:
    return any(address.kind == "person" for address in addresses)
