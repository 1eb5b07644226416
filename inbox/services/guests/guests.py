"""Who is writing: a guest is found by any of their addresses, or made. Chat ids are never
rewritten.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Executable, and_, bindparam, delete, exists, or_, select

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import NotFound
from inbox.extensions import db
from inbox.greenapi.chat_ids import ChatId, match_keys
from inbox.models import Conversation, Guest, GuestAddress, Instance
from inbox.services.transaction import Work
from inbox.services.upserts import insert_new

NAME_LIMIT = 200
FOUND = 20

ConversationKey = tuple[int, int, str]  # hotel, number, chat id: where one conversation is (D3)

# Who has this address, or else another spelling of its number. Made once.
_IS_THIS = GuestAddress.chat_id == bindparam("chat")
_WRITER = (
    select(Guest, GuestAddress.chat_id)
    .join(GuestAddress, GuestAddress.guest_id == Guest.id)
    .where(
        GuestAddress.hotel_id == bindparam("of_hotel"),
        or_(_IS_THIS, GuestAddress.match_key.in_(bindparam("keys", expanding=True))),
    )
    .order_by(_IS_THIS.desc(), GuestAddress.id)
    .limit(1)
    .with_for_update(key_share=True, of=GuestAddress)
)


@cache
def _known_at(count: int) -> Executable:
    """Who writes from so many addresses that are known, and what was said there. The addresses are
    held, so that nobody merges their guests into others meanwhile.

    Made once: nearly every message begins with it. Neither database looks up a list of triples in
    an index as well as it does one after the other.
    """
    places = (
        and_(
            Conversation.hotel_id == bindparam(f"hotel{number}"),
            Conversation.instance_id == bindparam(f"number{number}"),
            Conversation.chat_id == bindparam(f"chat{number}"),
        )
        for number in range(count)
    )
    is_there = and_(
        GuestAddress.hotel_id == Conversation.hotel_id, GuestAddress.chat_id == Conversation.chat_id
    )
    is_theirs = and_(Guest.hotel_id == GuestAddress.hotel_id, Guest.id == GuestAddress.guest_id)
    return (
        select(Guest, Conversation)
        .select_from(Conversation)
        .join(GuestAddress, is_there)
        .join(Guest, is_theirs)
        .where(or_(*places))
        .order_by(Conversation.id)
        .with_for_update(key_share=True, of=(GuestAddress, Conversation))
    )


def known(
    work: Work, places: Collection[ConversationKey]
) -> dict[ConversationKey, tuple[Guest, Conversation]]:
    """The conversations at these places, as far as there are any, and their guests."""
    if not places:
        return {}
    told: dict[str, int | str] = {}
    for number, (hotel_id, instance_id, chat_id) in enumerate(places):
        told |= {f"hotel{number}": hotel_id, f"number{number}": instance_id}
        told[f"chat{number}"] = chat_id
    found = work.session.execute(
        _known_at(len(places)), told, execution_options={"autoflush": False}
    )
    return {
        (conversation.hotel_id, conversation.instance_id, conversation.chat_id): (
            guest,
            conversation,
        )
        for guest, conversation in found
    }


def conversation_with(
    work: Work, instance: Instance, chat_id: ChatId, name: str = ""
) -> Conversation:
    """The one conversation of this number and this chat id (D3), made when there is none, and the
    guest too when nobody writes from this address yet.

    A guest without a name takes the one that WhatsApp tells; a name once known is kept.
    """
    place = (instance.hotel_id, instance.id, chat_id.canonical)
    looked = work.at_hand if place in work.at_hand else known(work, [place])
    pair = looked.get(place)
    if pair is None:
        return _begin(work, instance, chat_id, name)
    guest, conversation = pair
    if name and not guest.name:
        guest.name = name[:NAME_LIMIT]
    return conversation


def _begin(work: Work, instance: Instance, chat_id: ChatId, name: str) -> Conversation:
    """The first message here, as far as was known a moment ago."""
    guest_id = _writer(work, instance.hotel_id, chat_id, name)
    if guest_id is None:
        guest_id = _make(work, instance.hotel_id, chat_id, name)
    return _conversation(work, instance, chat_id, guest_id)


def _conversation(work: Work, instance: Instance, chat_id: ChatId, guest_id: int) -> Conversation:
    now = clock.now()
    insert_new(
        work.session,
        Conversation,
        hotel_id=instance.hotel_id,
        instance_id=instance.id,
        guest_id=guest_id,
        chat_id=chat_id.canonical,
        kind="group" if chat_id.kind == "group" else "person",
        last_message_at=now,
        created_at=now,
    )
    place = (instance.hotel_id, instance.id, chat_id.canonical)
    return known(work, [place])[place][1]


def conversation_of(hotel_id: int, guest_id: int) -> Conversation:
    """The guest's latest conversation. Raises `NotFound`, also for another hotel's guest."""
    found = db.session.scalar(
        select(Conversation)
        .where(Conversation.hotel_id == hotel_id, Conversation.guest_id == guest_id)
        .order_by(Conversation.last_message_at.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("This hotel has no conversation with that guest.")
    return found


def get(hotel_id: int, guest_id: int) -> Guest:
    """One guest of this hotel. Raises `NotFound`."""
    found = db.session.scalar(select(Guest).where(Guest.hotel_id == hotel_id, Guest.id == guest_id))
    if found is None:
        raise NotFound("This hotel has no such guest.")
    return found


def search(hotel_id: int, text: str, *, besides: int) -> list[Guest]:
    """People by a part of their name or number, the newest first; no groups, and none who was
    merged into another.
    """
    digits = "".join(character for character in text if character.isdigit())
    looks = [Guest.name.icontains(text, autoescape=True)]
    if digits:
        looks.append(Guest.phone.contains(digits))
    is_group = exists().where(GuestAddress.guest_id == Guest.id, GuestAddress.kind == "group")
    return list(
        db.session.scalars(
            select(Guest)
            .where(
                Guest.hotel_id == hotel_id,
                Guest.id != besides,
                Guest.merged_into_id.is_(None),
                ~is_group,
                or_(*looks),
            )
            .order_by(Guest.id.desc())
            .limit(FOUND)
        )
    )


def _writer(work: Work, hotel_id: int, chat_id: ChatId, name: str) -> int | None:
    """The guest who has this address, or else another spelling of its number, which gets this one
    too. The address is held: nobody merges its guest into another meanwhile.
    """
    told = {"of_hotel": hotel_id, "chat": chat_id.canonical, "keys": match_keys(chat_id)}
    found = work.session.execute(_WRITER, told).first()
    if found is None:
        return None
    guest, address = found
    if name and not guest.name:
        guest.name = name[:NAME_LIMIT]
    if address != chat_id.canonical:
        _add_address(work, hotel_id, guest.id, chat_id)
    return guest.id


def _make(work: Work, hotel_id: int, chat_id: ChatId, name: str) -> int:
    guest_id = insert_new(
        work.session,
        Guest,
        hotel_id=hotel_id,
        name=name[:NAME_LIMIT],
        phone=chat_id.phone or "",
        created_at=clock.now(),
    )
    assert guest_id is not None  # a guest has no key but the id
    if _add_address(work, hotel_id, guest_id, chat_id):
        return guest_id
    work.session.execute(delete(Guest).where(Guest.id == guest_id))
    found = _writer(work, hotel_id, chat_id, name)
    assert found is not None  # the unique key just said so
    return found


def _add_address(work: Work, hotel_id: int, guest_id: int, chat_id: ChatId) -> bool:
    added = insert_new(
        work.session,
        GuestAddress,
        hotel_id=hotel_id,
        guest_id=guest_id,
        chat_id=chat_id.canonical,
        kind=chat_id.kind,
        match_key=match_keys(chat_id)[0],
        ask_at=clock.now() if chat_id.kind == "lid" else None,
        created_at=clock.now(),
    )
    if added is not None and chat_id.kind == "lid":
        work.wake(workers.ASK_NUMBER, added)
    return added is not None
