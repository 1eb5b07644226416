"""What each kind of notification becomes, in which conversation, in which order."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Attachment, Conversation, Guest, GuestAddress, Message
from inbox.services.conversations import conversations, threads
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.rows import count

Writes = Callable[..., Conversation]


def receive(cast: Cast, body: dict[str, Any]) -> str:
    return receiving.receive(cast.instance_id, json.dumps(body).encode())


def only_message() -> Message:
    return db.session.scalars(select(Message)).one()


@pytest.mark.parametrize(
    ("data", "kind", "body"),
    [
        (
            {"typeMessage": "textMessage", "textMessageData": {"textMessage": "Hi"}},
            "text",
            "Hi",
        ),
        (
            {"typeMessage": "extendedTextMessage", "extendedTextMessageData": {"text": "Look"}},
            "text",
            "Look",
        ),
        (
            {
                "typeMessage": "locationMessage",
                "locationMessageData": {"latitude": 41.4, "longitude": 2.2},
            },
            "location",
            "",
        ),
        ({"typeMessage": "productMessage", "productMessageData": {}}, "unknown", ""),
    ],
)
def test_a_kind_becomes_a_row(cast: Cast, data: dict[str, Any], kind: str, body: str) -> None:
    assert receive(cast, incoming("A1", messageData=data)) == "applied"
    assert (only_message().kind, only_message().body) == (kind, body)


def test_a_marker_is_never_text(cast: Cast) -> None:
    receive(cast, incoming("A1", "{{SWE001}}"))
    assert only_message().body == ""
    assert only_message().payload == {"marker": "SWE001"}


def test_a_photo_is_a_message_first_and_a_file_later(cast: Cast) -> None:
    data = {
        "typeMessage": "imageMessage",
        "fileMessageData": {
            "downloadUrl": "https://media.greenapi.com/x.jpg",
            "caption": "The lamp",
            "mimeType": "image/jpeg",
        },
    }
    receive(cast, incoming("A1", messageData=data))
    attachment = db.session.scalars(select(Attachment)).one()
    assert (attachment.state, attachment.kind) == ("waiting", "image")
    assert attachment.next_attempt_at is not None
    conversation = db.session.scalars(select(Conversation)).one()
    assert conversation.last_preview == "Photo: The lamp"


def test_a_quote_is_linked_to_the_bubble_it_answers(cast: Cast) -> None:
    receive(cast, incoming("A1", "Is there parking?"))
    data = {
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {"text": "Well?", "stanzaId": "A1"},
        "quotedMessage": {
            "stanzaId": "A1",
            "participant": "447700900318@c.us",
            "typeMessage": "textMessage",
            "textMessage": "Is there parking?",
        },
    }
    receive(cast, incoming("A2", messageData=data))
    answer = db.session.scalars(select(Message).where(Message.id_message == "A2")).one()
    question = db.session.scalars(select(Message).where(Message.id_message == "A1")).one()
    assert answer.quoted_id == question.id
    assert answer.quoted_preview == "Is there parking?"


def test_a_reply_typed_on_the_phone_is_the_hotels_answer(cast: Cast) -> None:
    receive(cast, incoming("A1"))
    receive(cast, incoming("P1", "Coming!") | {"typeWebhook": "outgoingMessageReceived"})
    conversation = db.session.scalars(select(Conversation)).one()
    assert conversation.waiting_since is None
    assert conversation.last_direction == "out"
    assert db.session.scalars(select(Guest.name)).one() == "Lucía"


def test_two_spellings_of_a_number_are_one_guest_with_two_conversations(cast: Cast) -> None:
    receive(cast, incoming("A1", chat_id="5215512345678@c.us"))
    receive(cast, incoming("A2", chat_id="525512345678@c.us"))
    assert count(Guest) == 1
    assert count(GuestAddress) == 2
    chats = set(db.session.scalars(select(Conversation.chat_id)))
    assert chats == {"5215512345678@c.us", "525512345678@c.us"}


def test_a_lid_is_a_guest_without_a_phone(cast: Cast) -> None:
    receive(cast, incoming("A1", chat_id="26440190443@lid"))
    assert db.session.scalars(select(Guest.phone)).one() == ""


def test_a_group_is_one_conversation_and_names_who_spoke(cast: Cast) -> None:
    body = incoming("A1", chat_id="120363043968066561@g.us", name="The wedding")
    body["senderData"] |= {"sender": "447700900318@c.us", "senderName": "Tom"}
    receive(cast, body)
    conversation = db.session.scalars(select(Conversation)).one()
    assert conversation.kind == "group"
    assert db.session.scalars(select(Guest.name)).one() == "The wedding"
    assert only_message().sender_name == "Tom"


@pytest.mark.parametrize("chat_id", ["status@broadcast", "123@newsletter"])
def test_stories_and_channels_are_ignored(cast: Cast, chat_id: str) -> None:
    assert receive(cast, incoming("A1", chat_id=chat_id)) == "ignored"
    assert count(Conversation) == 0


def test_the_guests_word_opens_what_was_done(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    conversations.finish(cast.hotel_id, conversation.id, cast.alice_id)
    again = guest_writes("A2", "One more thing")
    assert again.id == conversation.id
    assert (again.status, again.unread_count) == ("open", 1)


def test_messages_stand_in_the_order_of_the_provider_however_they_arrive(
    cast: Cast, guest_writes: Writes
) -> None:
    at = int(clock.now().timestamp()) - 600
    for name, offset in (("A3", 20), ("A1", 0), ("A2", 10)):
        conversation = guest_writes(name, name, timestamp=at + offset)
    page = threads.page(cast.hotel_id, conversation.id, staff_id=cast.alice_id)
    assert [message.body for message in page.messages] == ["A1", "A2", "A3"]
    assert [message.arrived_late for message in page.messages] == [True, True, False]
    assert conversation.last_preview == "A3"


def test_within_a_second_the_order_of_arrival_counts(cast: Cast, guest_writes: Writes) -> None:
    at = int(clock.now().timestamp()) - 5
    for number in range(6):
        conversation = guest_writes(f"A{number}", f"A{number}", timestamp=at)
    page = threads.page(cast.hotel_id, conversation.id, staff_id=cast.alice_id)
    assert [message.body for message in page.messages] == [f"A{n}" for n in range(6)]


@pytest.mark.parametrize("timestamp", [0, -5, 99_999_999_999, "soon", None])
def test_an_absurd_time_is_the_time_of_arrival(cast: Cast, timestamp: object) -> None:
    before = clock.now()
    receive(cast, incoming("A1") | {"timestamp": timestamp})
    assert before <= only_message().sorted_at <= clock.now()


def test_a_clock_that_runs_ahead_never_puts_a_message_into_the_future(
    cast: Cast, guest_writes: Writes
) -> None:
    guest_writes("A1", timestamp=int((datetime.now(UTC) + timedelta(minutes=5)).timestamp()))
    assert only_message().sorted_at <= clock.now()


def test_a_page_is_followed_by_the_one_before_it_and_nothing_is_missed(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PAGE", 3)
    at = int(clock.now().timestamp()) - 600
    for number in range(8):
        conversation = guest_writes(f"A{number}", f"A{number}", timestamp=at + number // 3)
    seen: list[str] = []
    before = None
    while True:
        page = threads.page(cast.hotel_id, conversation.id, before=before, staff_id=cast.alice_id)
        seen = [message.body for message in page.messages] + seen
        before = page.older
        if before is None:
            break
    assert seen == [f"A{number}" for number in range(8)]
