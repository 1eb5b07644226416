"""Another hotel does not exist: for people at any address, for rows in any key (D10, T6, T7)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.exc import IntegrityError
from werkzeug.routing import Rule

from inbox import clock
from inbox.extensions import Base, db
from inbox.models import (
    Attachment,
    Conversation,
    ConversationView,
    Correction,
    GuestAddress,
    Hotel,
    Instance,
    Membership,
    Message,
    WebhookEvent,
)
from inbox.services import changes
from inbox.services.guests import merges
from inbox.services.hotels import staff
from inbox.services.intake import receiving
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.people import Cast, signed_in

IMAGE = {
    "typeMessage": "imageMessage",
    "fileMessageData": {
        "downloadUrl": "http://127.0.0.1:9/a.jpg",
        "caption": "the secret plan",
        "fileName": "a.jpg",
        "mimeType": "image/jpeg",
    },
}


@pytest.fixture
def ids(cast: Cast, guest_writes: Callable[..., Conversation]) -> dict[str, int]:
    """Real rows of the Grand Plaza, by the names that routes call them."""
    conversation = guest_writes("A1", messageData=IMAGE)
    conversation_id, guest_id = conversation.id, conversation.guest_id
    twin = guest_writes("A2", chat_id="26440190443@lid").guest_id
    merge_id = merges.merge(cast.hotel_id, twin, guest_id, cast.bob_id).id
    receiving.receive(cast.instance_id, b"no json, but the secret plan")
    conversation = db.session.get_one(Conversation, conversation_id)
    reply = desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Hello", "r1")
    reply_id = reply.id
    db.session.rollback()
    failed = db.session.get_one(Message, reply_id)
    failed.status = "failed"
    db.session.commit()
    return {
        "conversation_id": conversation_id,
        "guest_id": guest_id,
        "merge_id": merge_id,
        "event_id": db.session.scalars(
            select(WebhookEvent.id).where(WebhookEvent.state == "quarantined")
        ).one(),
        "message_id": reply_id,
        "instance_id": cast.instance_id,
        "attachment_id": db.session.scalars(select(Attachment.id)).one(),
    }


def hotel_rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        if "slug" in rule.arguments:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def address(rule: Rule, slug: str, ids: dict[str, int]) -> str:
    filled = rule.rule.replace("<slug>", slug)
    return re.sub(r"<int:(\w+)>", lambda match: str(ids[match[1]]), filled)


QUERY = {"since": "0", "view": "needs_us", "body": "x", "client_ref": "c1"}


def ask(client: FlaskClient, method: str, where: str) -> Any:
    return client.open(
        where, method=method, query_string=QUERY, data=QUERY if method == "POST" else None
    )


def rows() -> list[Any]:
    db.session.rollback()
    return (
        [
            (message.id, message.status, message.body)
            for message in db.session.scalars(select(Message).order_by(Message.id))
        ]
        + [
            (conversation.id, conversation.status, conversation.unread_count, conversation.guest_id)
            for conversation in db.session.scalars(select(Conversation))
        ]
        + [
            (event.id, event.state, event.attempts)
            for event in db.session.scalars(select(WebhookEvent))
        ]
        + [
            (one.id, one.send_interval_ms, one.paused_until)
            for one in db.session.scalars(select(Instance))
        ]
        + [
            (file.id, file.state, file.next_attempt_at)
            for file in db.session.scalars(select(Attachment))
        ]
        + [one.id for one in db.session.scalars(select(Correction))]
        + [one.first_contacts_a_day for one in db.session.scalars(select(Hotel).order_by(Hotel.id))]
    )


def test_there_are_routes_to_try(app: Flask) -> None:
    assert len(list(hotel_rules(app))) > 10


def test_charlie_gets_404_everywhere_and_changes_nothing(
    app: Flask, charlie: FlaskClient, cast: Cast, ids: dict[str, int]
) -> None:
    before = rows()
    for method, rule in hotel_rules(app):
        answer = ask(charlie, method, address(rule, cast.slug, ids))
        assert answer.status_code == 404, f"{method} {rule.rule}"
        assert "Grand Plaza" not in answer.text
        assert "secret plan" not in answer.text
    assert rows() == before


def test_charlie_gets_404_for_their_ids_under_his_own_hotel(
    app: Flask, charlie: FlaskClient, cast: Cast, ids: dict[str, int]
) -> None:
    before = rows()
    for method, rule in hotel_rules(app):
        if rule.arguments == {"slug"}:
            continue
        answer = ask(charlie, method, address(rule, cast.other_slug, ids))
        assert answer.status_code == 404, f"{method} {rule.rule}"
    opened = charlie.get(f"/h/{cast.other_slug}/changes?since=0&open={ids['conversation_id']}")
    assert opened.status_code == 200
    assert "secret plan" not in opened.text
    assert rows() == before


def test_their_hotel_and_no_hotel_look_the_same(charlie: FlaskClient, cast: Cast) -> None:
    theirs, nobodys = charlie.get(f"/h/{cast.slug}/"), charlie.get("/h/no-such-hotel/")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text == nobodys.text


@pytest.mark.parametrize("slug", ["%00", "grand-plaza%00", "%ff", "*", "x" * 5000])
def test_a_slug_that_is_none_is_404(alice: FlaskClient, slug: str) -> None:
    assert alice.get(f"/h/{slug}/").status_code == 404


def test_a_stranger_is_sent_away_everywhere(app: Flask, cast: Cast, ids: dict[str, int]) -> None:
    before, client = rows(), app.test_client()
    for method, rule in hotel_rules(app):
        for slug in (cast.slug, "no-such-hotel"):
            where = address(rule, slug, ids)
            answer = ask(client, method, where)
            if method == "GET":
                assert answer.status_code == 302, where
                assert answer.headers["Location"].startswith("/sign-in?next="), where
            else:
                assert answer.status_code == 401, where
            fragment = client.open(where, method=method, headers={"HX-Request": "true"})
            assert fragment.status_code == 401
            assert fragment.headers["HX-Redirect"] == "/sign-in"
            assert not fragment.data
    assert rows() == before


def test_who_leaves_the_hotel_is_a_stranger_at_once(bob: FlaskClient, cast: Cast) -> None:
    assert bob.get(f"/h/{cast.slug}/").status_code == 200
    db.session.execute(delete(Membership).where(Membership.staff_id == cast.bob_id))
    db.session.commit()
    assert bob.get(f"/h/{cast.slug}/").status_code == 404
    assert "do not belong to a hotel" in bob.get("/").text


def test_somebody_of_both_hotels_sees_each_alone(
    app: Flask, cast: Cast, ids: dict[str, int]
) -> None:
    staff.grant("bob@example.com", cast.other_slug, "front_desk")
    both = signed_in(app, "bob")
    assert "secret plan" in both.get(f"/h/{cast.slug}/c/{ids['conversation_id']}").text
    assert "secret plan" not in both.get(f"/h/{cast.other_slug}/").text
    wrong = both.get(f"/h/{cast.other_slug}/c/{ids['conversation_id']}")
    assert wrong.status_code == 404


def test_a_quote_cannot_reach_into_another_conversation(
    alice: FlaskClient, cast: Cast, ids: dict[str, int], guest_writes: Callable[..., Conversation]
) -> None:
    other = guest_writes("B1", chat_id="447700900999@c.us")
    quoted = db.session.scalars(select(Message.id).where(Message.id_message == "A1")).one()
    answer = alice.post(
        f"/h/{cast.slug}/c/{other.id}/reply",
        data={"body": "x", "client_ref": "q1", "quoted": str(quoted)},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert "secret plan" not in answer.text


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


def test_one_hotels_news_does_not_move_the_others_number(
    cast: Cast, charlie: FlaskClient, guest_writes: Callable[..., Conversation]
) -> None:
    here, there = changes.head(cast.hotel_id), changes.head(cast.other_hotel_id)
    guest_writes("A1", "the secret plan")
    assert changes.head(cast.hotel_id) > here
    assert changes.head(cast.other_hotel_id) == there
    answer = charlie.get(
        f"/h/{cast.other_slug}/changes",
        query_string={"since": there, "view": "needs_us"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert f'data-seq="{there}"' in answer.text
    assert 'id="row-' not in answer.text
    assert "secret plan" not in answer.text


def test_the_body_of_a_webhook_stays_with_its_hotel(cast: Cast, ids: dict[str, int]) -> None:
    """Even one that says to be of the other hotel's number."""
    before = select(WebhookEvent.id).where(WebhookEvent.hotel_id == cast.hotel_id)
    mine = set(db.session.scalars(before))
    state = receiving.receive(cast.other_instance_id, json.dumps(incoming("A1")).encode())
    assert state == "quarantined"
    assert set(db.session.scalars(before)) == mine
    others = select(WebhookEvent).where(WebhookEvent.hotel_id == cast.other_hotel_id)
    assert db.session.scalars(others).one().instance_id == cast.other_instance_id
