"""No row points into another hotel, whatever its key (D10, T7)."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.exc import IntegrityError

from inbox import clock
from inbox.extensions import Base, db
from inbox.models import (
    Attachment,
    Conversation,
    ConversationView,
    GuestAddress,
    Message,
    WebhookEvent,
)
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast

NOW = clock.now()


def own_rows(cast: Cast) -> dict[str, int]:
    """A guest, a conversation and a message of the Seaview."""
    body = incoming("S1", id_instance=1101000002, chat_id="351910000001@c.us")
    assert receiving.receive(cast.other_instance_id, json.dumps(body).encode()) == "applied"
    message = db.session.scalars(select(Message).where(Message.id_message == "S1")).one()
    conversation = db.session.get_one(Conversation, message.conversation_id)
    return {
        "hotel_id": cast.other_hotel_id,
        "instance_id": cast.other_instance_id,
        "guest_id": conversation.guest_id,
        "conversation_id": conversation.id,
        "message_id": message.id,
        "staff_id": cast.charlie_id,
    }


TALK = {"chat_id": "x@c.us", "last_message_at": NOW, "created_at": NOW}
MESSAGE = {
    "direction": "in",
    "origin": "guest",
    "kind": "text",
    "arrived_at": NOW,
    "sorted_at": NOW,
}
# What a row of each table is made of, besides the keys that it points at others with.
TABLES: dict[type[Base], tuple[tuple[str, ...], dict[str, Any]]] = {
    GuestAddress: (
        ("guest_id",),
        {"chat_id": "x@c.us", "kind": "person", "match_key": "x", "created_at": NOW},
    ),
    Conversation: (("guest_id", "instance_id"), TALK),
    Message: (("conversation_id", "instance_id"), MESSAGE),
    Attachment: (("message_id",), {"kind": "image", "created_at": NOW}),
    ConversationView: (("conversation_id", "staff_id"), {"seen_message_id": 1, "seen_at": NOW}),
    WebhookEvent: (("instance_id",), {"dedupe_key": "k", "body": b"", "received_at": NOW}),
}
# Whoever works in both hotels may look in both: a person is nobody's row.
CROSSINGS = [(table, key) for table, (keys, _) in TABLES.items() for key in keys if key[0] != "s"]


@pytest.mark.parametrize(
    ("table", "key"), CROSSINGS, ids=[f"{table.__name__}.{key}" for table, key in CROSSINGS]
)
def test_no_row_can_point_into_another_hotel(
    cast: Cast, ids: dict[str, int], table: type[Base], key: str
) -> None:
    own, (keys, values) = own_rows(cast), TABLES[table]
    row = values | {name: own[name] for name in (*keys, "hotel_id")}
    db.session.rollback()
    db.session.execute(insert(table).values(**row))  # nothing else is wrong with it
    db.session.rollback()
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        db.session.execute(insert(table).values(**row | {key: ids[key]}))
    db.session.rollback()


def test_every_key_into_a_row_of_a_hotel_names_the_hotel(app: Flask) -> None:
    """In the database as the migrations make it."""
    tables = inspect(db.engine)
    of_a_hotel = {
        name
        for name in tables.get_table_names()
        if "hotel_id" in {column["name"] for column in tables.get_columns(name)}
    }
    keys = [
        (name, key)
        for name in sorted(of_a_hotel)
        for key in tables.get_foreign_keys(name)
        if key["referred_table"] in of_a_hotel
    ]
    assert len(keys) > 15
    bare = [(name, key["constrained_columns"]) for name, key in keys if not _names_hotel(key)]
    assert bare == []


def _names_hotel(key: ReflectedForeignKeyConstraint) -> bool:
    pairs = zip(key["constrained_columns"], key["referred_columns"], strict=True)
    return ("hotel_id", "hotel_id") in pairs


def test_nobody_is_assigned_who_does_not_work_there(cast: Cast, ids: dict[str, int]) -> None:
    conversation = db.session.get_one(Conversation, ids["conversation_id"])
    conversation.assignee_id = cast.bob_id
    db.session.flush()
    conversation.assignee_id = cast.charlie_id
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        db.session.flush()
    db.session.rollback()
