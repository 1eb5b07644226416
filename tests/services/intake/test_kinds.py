"""Every kind that a guest may send: a row, a line in the list, a bubble on the screen."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import contents as wire
from inbox.models import Attachment, Change, Instance, Message, WebhookEvent
from inbox.services.intake import intake, receiving
from inbox.services.intake.bodies import read
from inbox.services.transaction import transaction
from tests.cast.chat import PHONE, Chat, Json
from tests.cast.people import Cast
from tests.cast.rows import row_of
from tests.greenapi import samples, webhooks


@pytest.fixture
def chat(cast: Cast) -> Chat:
    return Chat(cast)


@pytest.mark.parametrize(("data", "kind", "text"), samples.MESSAGES)
def test_every_kind_is_a_message_and_is_drawn(
    cast: Cast, chat: Chat, alice: FlaskClient, data: Json, kind: str, text: str
) -> None:
    assert chat.says("A1", data) == "applied"
    assert (row_of("A1").kind, row_of("A1").body) == (kind, text)
    talk = chat.conversation
    assert talk.last_preview
    assert talk.waiting_since is not None
    html = alice.get(f"/h/{cast.slug}/c/{talk.id}").text
    assert f'id="m-{row_of("A1").id}"' in html
    if kind != "unknown":
        assert "is not shown yet" not in html


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (samples.location(), "Location: Atocha"),
        (samples.contact("Taxi Ana", "34600111222"), "Contact: Taxi Ana"),
        (
            samples.contacts(("Taxi Ana", "1"), ("Dr. Gil", "2")),
            "2 contacts: Taxi Ana, Dr. Gil",
        ),
        (samples.poll("When?", "Now"), "Poll: When?"),
        (samples.INVITE, "Invitation to a group: Wedding of Ana and Tom"),
        (samples.BUTTONS, "Shall we make up your room?"),
        (samples.file("videoMessage", "video/mp4", videoNote=True), "Video message"),
        (samples.file("audioMessage", "audio/ogg; codecs=opus"), "Voice message"),
        (samples.text("{{SWE001}}"), "A message that could not be read here"),
        ({"typeMessage": "inventedTomorrow"}, "Message of another kind"),
    ],
)
def test_the_last_line_says_it_in_words(chat: Chat, data: Json, line: str) -> None:
    chat.says("A1", data)
    assert chat.conversation.last_preview == line


@pytest.mark.parametrize("body", webhooks.IGNORED)
def test_what_nobody_needs_to_know_is_kept_and_ignored(cast: Cast, body: Json) -> None:
    assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "ignored"
    assert db.session.scalars(select(WebhookEvent.state)).one() == "ignored"
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_quota_that_is_used_up_is_told_to_the_desk(cast: Cast) -> None:
    assert receiving.receive(cast.instance_id, json.dumps(webhooks.QUOTA).encode()) == "applied"
    instance = db.session.get_one(Instance, cast.instance_id)
    assert instance.pause_reason == "quota"
    assert set(db.session.scalars(select(Change.kind))) == {"line"}


def test_yesterdays_news_of_the_quota_stops_nothing(cast: Cast) -> None:
    at = int((clock.now() - timedelta(days=1)).timestamp())
    body = json.dumps({**webhooks.QUOTA, "timestamp": at}).encode()
    assert receiving.receive(cast.instance_id, body) == "ignored"
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == ""


def test_an_answer_from_the_phone_that_comes_late_answers_only_what_stood_above(
    chat: Chat,
) -> None:
    chat.says("A1", samples.text("one"), 0)
    chat.says("A2", samples.text("two"), 20)
    chat.says("P1", samples.text("yes"), 10, by=PHONE)
    assert chat.conversation.waiting_since == row_of("A2").sorted_at
    assert chat.conversation.unread_count == 1


def test_a_question_that_was_answered_on_the_phone_before_it_came_waits_for_nobody(
    chat: Chat,
) -> None:
    chat.says("P1", samples.text("yes"), 10, by=PHONE)
    chat.says("A1", samples.text("one"), 0)
    assert chat.conversation.waiting_since is None


def again(cast: Cast, id_message: str) -> str:
    """Apply the event of a message once more, as a replay does."""
    with transaction() as work:
        event_id = work.session.scalars(
            select(WebhookEvent.id).where(WebhookEvent.id_message == id_message)
        ).one()
        event = work.session.get_one(WebhookEvent, event_id)
        instance = work.session.get_one(Instance, cast.instance_id)
        return intake.apply_body(work, instance, read(event.body), event_id)


def test_a_placeholder_becomes_the_message_when_we_can_read_it(
    cast: Cast, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = samples.file("imageMessage", "image/jpeg", caption="The lamp")
    with monkeypatch.context() as older:
        older.delitem(wire.KINDS, "imagemessage")
        chat.says("A1", photo)
    before = row_of("A1").id
    assert row_of("A1").kind == "unknown"
    for _ in range(2):
        again(cast, "A1")
    assert (row_of("A1").id, row_of("A1").kind, row_of("A1").body) == (before, "image", "The lamp")
    assert chat.conversation.last_preview == "Photo: The lamp"
    assert chat.conversation.unread_count == 1
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_a_placeholder_of_a_reaction_goes_where_it_belongs(
    cast: Cast, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.says("P1", samples.text("On our way"), 0, by=PHONE)
    with monkeypatch.context() as older:
        older.delitem(wire.KINDS, "reactionmessage")
        chat.says("R1", samples.reaction("👍", "P1"), 10)
    assert row_of("R1").kind == "unknown"
    assert chat.conversation.waiting_since is not None
    for _ in range(2):
        assert again(cast, "R1") == "applied"
    assert db.session.scalars(select(Message.id_message)).all() == ["P1"]
    assert chat.conversation.last_preview == "Reacted 👍 to: On our way"
    talk = chat.conversation
    assert talk.waiting_since is None
    assert talk.unread_count == 0


def test_what_is_drawn_of_a_conversation_with_everything(
    cast: Cast, chat: Chat, alice: FlaskClient
) -> None:
    chat.says("P1", samples.poll("When?", "Now", "Later"), 0, by=PHONE)
    chat.says("V1", samples.votes("P1", "When?", Now=[chat.chat_id], Later=[]), 1)
    chat.says("A1", samples.text("Room 12"), 2)
    chat.says("E1", samples.edited("Room 21", "A1"), 3)
    chat.says("R1", samples.reaction("👍", "A1"), 4, by=PHONE)
    chat.says("A2", samples.text("my card is 4711"), 5)
    chat.says("D1", samples.deleted("A2"), 6)
    chat.take(chat.call("C1", "missed", 7, isVideo=True))
    html = alice.get(f"/h/{cast.slug}/c/{chat.conversation.id}").text
    for words in ("Chosen by the guest:", "Edited", "Room 12", "Room 21", "👍", "from the hotel"):
        assert words in html
    for words in ("my card is 4711", "Deleted", "Kept here for the hotel", "Missed video call"):
        assert words in html
