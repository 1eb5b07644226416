"""Any sequence of merges, undos and messages ends consistent, and with all undone as it began."""

import json
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from inbox.errors import Conflict, Invalid
from inbox.extensions import db
from inbox.models import Conversation, Guest, GuestAddress, GuestMerge
from inbox.services.guests import merges
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast

PEOPLE = 5
CHATS = [f"44770090000{n}@c.us" if n % 2 else f"2644019044{n}@lid" for n in range(PEOPLE)]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("write"), st.integers(0, PEOPLE - 1), st.just(0)),
    ),
    max_size=14,
)


NAMES = ["", "Ana", "", "", "Eva"]


def begin(cast: Cast) -> list[int]:
    """Five guests of whom some have a name and some a number; their ids. Made once, and put back
    for the next history, whatever became of the last one.
    """
    db.session.rollback()
    if db.session.scalar(select(Guest.id).limit(1)) is None:
        for number, chat in enumerate(CHATS):
            write(cast, f"first-{number}", chat, NAMES[number])
    owners = list(db.session.scalars(select(Guest.id).order_by(Guest.id)))
    db.session.execute(delete(GuestMerge))
    for owner, chat, name in zip(owners, CHATS, NAMES, strict=True):
        phone = chat.partition("@")[0] if chat.endswith("@c.us") else ""
        db.session.execute(
            update(Guest)
            .where(Guest.id == owner)
            .values(name=name, phone=phone, merged_into_id=None)
        )
        for table in (GuestAddress, Conversation):
            db.session.execute(update(table).where(table.chat_id == chat).values(guest_id=owner))
    db.session.commit()
    return owners


def write(cast: Cast, id_message: str, chat: str, name: str = "") -> None:
    body = incoming(id_message, chat_id=chat, name=name)
    assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "applied"


def guest_of(table: Any, chat: str) -> int:
    found: int = db.session.scalars(select(table.guest_id).where(table.chat_id == chat)).one()
    return found


def facts() -> list[Any]:
    db.session.rollback()
    people = db.session.execute(
        select(Guest.id, Guest.name, Guest.phone, Guest.merged_into_id).order_by(Guest.id)
    )
    return [*map(tuple, people)] + [
        (chat, guest_of(GuestAddress, chat), guest_of(Conversation, chat)) for chat in CHATS
    ]


def standing() -> list[GuestMerge]:
    return list(
        db.session.scalars(
            select(GuestMerge).where(GuestMerge.undone_at.is_(None)).order_by(GuestMerge.id)
        )
    )


def root(guest_id: int, merged: dict[int, int]) -> int:
    while guest_id in merged:
        guest_id = merged[guest_id]
    return guest_id


def check(owners: list[int]) -> None:
    """Every address and conversation stands with whoever its own guest is merged into."""
    db.session.rollback()
    merged = {record.from_guest_id: record.into_guest_id for record in standing()}
    stored = db.session.execute(select(Guest.id, Guest.merged_into_id)).all()
    assert {row.id: row.merged_into_id for row in stored if row.merged_into_id} == merged
    for owner, chat in zip(owners, CHATS, strict=True):
        stays = root(owner, merged)
        assert guest_of(GuestAddress, chat) == guest_of(Conversation, chat) == stays


def act(cast: Cast, owners: list[int], step: tuple[str, int, int]) -> None:
    what, one, other = step
    if what == "merge":
        try:
            merges.merge(cast.hotel_id, owners[one], owners[other], cast.bob_id)
        except (Conflict, Invalid):
            return
    elif what == "undo":
        records = db.session.scalars(select(GuestMerge.id).order_by(GuestMerge.id)).all()
        if one < len(records):
            merges.undo(cast.hotel_id, records[one], cast.bob_id)
    else:
        write(cast, uuid4().hex, CHATS[one])


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=steps, order=st.randoms(use_true_random=False))
def test_any_history_is_consistent_and_can_be_taken_back(
    cast: Cast, history: list[tuple[str, int, int]], order: Any
) -> None:
    owners = begin(cast)
    before = facts()
    for step in history:
        act(cast, owners, step)
        check(owners)
    left = [record.id for record in standing()]
    order.shuffle(left)
    for merge_id in left:
        merges.undo(cast.hotel_id, merge_id, cast.bob_id)
        check(owners)
    assert facts() == before
