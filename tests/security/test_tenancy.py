"""Another hotel does not exist, for people at any address and for what arrives (D10, T6, T7)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.routing import Rule

from inbox.extensions import db
from inbox.models import (
    Attachment,
    Conversation,
    Correction,
    Hotel,
    Instance,
    Membership,
    Message,
    WebhookEvent,
)
from inbox.services import changes
from inbox.services.hotels import staff
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast, signed_in


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
