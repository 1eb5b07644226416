"""What the thread says about the guest: the same person twice, merged and parted with or without
scripts; a chat whose messages disappear.
"""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, GuestMerge
from inbox.services import changes
from inbox.services.transaction import transaction
from tests.cast.people import Cast

LID = "26440190443@lid"


@pytest.fixture
def pair(guest_writes: Callable[..., Conversation]) -> tuple[Conversation, Conversation]:
    """Lucía by her number, and by a LID."""
    one = guest_writes("A1", "From my number", name="Lucía Serrano")
    return one, guest_writes("A2", "From elsewhere", chat_id=LID, name="Lucía Serrano")


def thread(conversation: Conversation) -> str:
    return f"/h/grand-plaza/c/{conversation.id}"


def merge(client: FlaskClient, pair: tuple[Conversation, Conversation], **headers: str) -> int:
    one, other = pair
    answer = client.post(
        f"/h/grand-plaza/guests/{other.guest_id}/merge",
        data={"into": one.guest_id, "conversation": one.id},
        headers=headers,
    )
    return answer.status_code


def guest_ids(pair: tuple[Conversation, Conversation]) -> list[int]:
    ids = [conversation.id for conversation in pair]
    db.session.rollback()
    return [db.session.get_one(Conversation, one).guest_id for one in ids]


def test_the_hint_is_on_both_and_says_why(
    bob: FlaskClient, pair: tuple[Conversation, Conversation]
) -> None:
    for conversation in pair:
        page = bob.get(thread(conversation)).text
        assert "Looks like the same person as" in page
        assert "namesakes" in page
        assert f'action="/h/grand-plaza/guests/{pair[1].guest_id}/merge?into=' in page


def test_merged_without_scripts_and_undone(
    bob: FlaskClient, pair: tuple[Conversation, Conversation]
) -> None:
    assert merge(bob, pair) == 303
    assert len(set(guest_ids(pair))) == 1
    page = bob.get(thread(pair[0])).text
    assert "Other conversations" in page
    assert "From elsewhere" in page
    assert "hidden number" in page
    assert "by Bob" in page
    record = db.session.scalars(select(GuestMerge)).one()
    undo = f"/h/grand-plaza/guests/{pair[0].guest_id}/merges/{record.id}/undo"
    assert f'action="{undo}?conversation={pair[0].id}"' in page
    answer = bob.post(undo, data={"conversation": pair[1].id})
    assert answer.status_code == 303
    assert answer.location.endswith(thread(pair[1]))
    assert len(set(guest_ids(pair))) == 2


def test_with_scripts_nothing_is_answered_and_everybody_sees_it(
    cast: Cast, bob: FlaskClient, alice: FlaskClient, pair: tuple[Conversation, Conversation]
) -> None:
    before = changes.head(cast.hotel_id)
    assert merge(bob, pair, **{"HX-Request": "true"}) == 204
    news = alice.get(f"/h/grand-plaza/changes?since={before}&open={pair[1].id}").text
    assert "Other conversations" in news
    assert f'id="row-{pair[0].id}"' in news


def test_a_second_time_is_refused_in_words(
    bob: FlaskClient, pair: tuple[Conversation, Conversation]
) -> None:
    one, other = (conversation.guest_id for conversation in pair)
    merge(bob, pair)
    answer = bob.post(f"/h/grand-plaza/guests/{other}/merge", data={"into": one})
    assert answer.status_code == 409
    assert "merged already" in answer.text


def test_strangers_find_nobody(
    charlie: FlaskClient, pair: tuple[Conversation, Conversation]
) -> None:
    assert merge(charlie, pair) == 404
    other, one = pair[1].guest_id, pair[0].guest_id
    address = f"/h/seaview/guests/{other}/merge"
    assert charlie.post(address, data={"into": one}).status_code == 404
    assert charlie.get(f"/h/seaview/guests/{other}/same").status_code == 404
    assert len(set(guest_ids(pair))) == 2


@pytest.mark.parametrize("into", ["", "x", "-1", "1e3", "9" * 30])
def test_nobody_is_no_guest(
    bob: FlaskClient, pair: tuple[Conversation, Conversation], into: str
) -> None:
    address = f"/h/grand-plaza/guests/{pair[1].guest_id}/merge"
    assert bob.post(address, data={"into": into}).status_code == 400


def test_any_two_can_be_found_and_merged_by_hand(
    bob: FlaskClient,
    pair: tuple[Conversation, Conversation],
    guest_writes: Callable[..., Conversation],
) -> None:
    stranger = guest_writes("A3", chat_id="34600777111@c.us", name="L. S.")
    group = guest_writes("A4", chat_id="120363043968066561@g.us", name="L. S. family")
    page = bob.get(f"/h/grand-plaza/guests/{pair[0].guest_id}/same?q=777").text
    assert f'action="/h/grand-plaza/guests/{stranger.guest_id}/merge"' in page
    page = bob.get(f"/h/grand-plaza/guests/{pair[0].guest_id}/same?q=L. S.").text
    assert f"/guests/{group.guest_id}/merge" not in page
    assert "Same person as another guest?" not in bob.get(thread(group)).text
    nobody = bob.get(f"/h/grand-plaza/guests/{pair[0].guest_id}/same?q=zz").text
    assert "No other guest has" in nobody


def test_each_conversation_shows_the_number_it_is_with(
    bob: FlaskClient, guest_writes: Callable[..., Conversation]
) -> None:
    one = guest_writes("A1", name="Ana", chat_id="34600123999@c.us")
    other = guest_writes("A2", name="A", chat_id="34600777111@c.us")
    merge(bob, (one, other))
    head = bob.get(thread(other)).text.partition('<header class="thread-head"')[2]
    assert "+34 600 777 111" in head.partition("</header>")[0]


def test_who_has_a_chat_open_learns_that_its_messages_disappear(
    cast: Cast, alice: FlaskClient, guest_writes: Callable[..., Conversation]
) -> None:
    conversation = guest_writes("A1")
    before = changes.head(cast.hotel_id)
    assert "Disappearing messages are on" not in alice.get(thread(conversation)).text
    with transaction() as work:
        work.session.get_one(Conversation, conversation.id).disappearing_since = clock.now()
        work.changed(cast.hotel_id, "conversation", conversation.id)
    news = alice.get(f"/h/grand-plaza/changes?since={before}&open={conversation.id}").text
    assert "Disappearing messages are on in this chat" in news
