"""Reading sentiment by our own words: every text of a guest, once."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from inbox import clock
from inbox.extensions import db
from inbox.models import Change, Conversation, Message, Sentiment
from inbox.services import changes, sweep
from inbox.services.conversations import conversations, sentiment
from inbox.services.intake import receiving
from inbox.services.transaction import transaction
from tests.cast.desk import change
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.readings import ANGRY, flag, read
from tests.cast.rows import row_of

Writes = Callable[..., Conversation]


def waiting() -> list[str | None]:
    return list(
        db.session.scalars(select(Message.id_message).where(Message.analyse_at.is_not(None)))
    )


def test_an_angry_guest_is_flagged(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    head = changes.head(cast.hotel_id)
    reading = read("A1")
    assert (reading.label, reading.analyser) == ("upset", "lobby-words-1")
    assert reading.why == "“no hot water”, “again”, “Unacceptable”"
    assert flag(conversation) == ("upset", "A1")
    found = conversations.get(cast.hotel_id, conversation.id)
    assert found.reading is not None
    assert found.reading.why == reading.why
    assert found.sentiment_since == row_of("A1").sorted_at
    assert changes.since(cast.hotel_id, head).conversation_ids == [conversation.id]


def test_a_calm_guest_moves_nothing(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", "What time is breakfast?")
    head = changes.head(cast.hotel_id)
    assert read("A1").label == "calm"
    assert flag(conversation) == ("", None)
    assert changes.head(cast.hotel_id) == head


def test_reading_twice_is_reading_once(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id)
    head = changes.head(cast.hotel_id)
    read("A1")
    assert flag(conversation) == ("", None)
    assert changes.head(cast.hotel_id) == head
    assert db.session.scalar(select(func.count()).select_from(Sentiment)) == 1


def test_what_has_no_words_is_not_read(cast: Cast, guest_writes: Writes) -> None:
    location = {
        "typeMessage": "locationMessage",
        "locationMessageData": {"latitude": 1, "longitude": 2},
    }
    guest_writes("A1", messageData=location)
    guest_writes("A2", "{{SWE001}}")
    assert waiting() == []


def test_a_caption_is_read(cast: Cast, guest_writes: Writes) -> None:
    file = {
        "downloadUrl": "https://media.greenapi.com/x.jpg",
        "caption": ANGRY,
        "mimeType": "image/jpeg",
    }
    guest_writes("A1", messageData={"typeMessage": "imageMessage", "fileMessageData": file})
    assert read("A1").label == "upset"


def test_our_own_words_are_not(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", ANGRY)
    body = incoming("B1", ANGRY, typeWebhook="outgoingMessageReceived")
    receiving.receive(cast.instance_id, json.dumps(body).encode())
    assert waiting() == ["A1"]


def test_an_edit_is_read_anew(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", "Hello")
    assert read("A1").label == "calm"
    change(row_of("A1").id, body=ANGRY, analyse_at=clock.now())
    assert read("A1").label == "upset"
    assert flag(conversation)[0] == "upset"


def test_the_sweeper_reads_what_nobody_rang_for(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    assert sentiment.read_all(None, late=sentiment.GRACE) == 0  # the job's own moment
    change(row_of("A1").id, analyse_at=clock.now() - timedelta(seconds=5))
    sweep.sweep_background()
    assert flag(conversation)[0] == "upset"
    assert waiting() == []


def test_a_batch_is_read_in_one_transaction(cast: Cast, guest_writes: Writes) -> None:
    for number in range(30):
        guest_writes(f"A{number}", ANGRY, chat_id=f"4477009{number:05}@c.us")
    commits: list[object] = []
    event.listen(db.engine, "commit", lambda connection: commits.append(connection))
    assert sentiment.read_all(None) == 30
    assert len(commits) == 1


def test_a_fault_in_the_word_lists_is_met_once(
    cast: Cast,
    guest_writes: Writes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fault(_: str) -> None:
        raise ValueError("the guest's words")

    monkeypatch.setattr("inbox.sentiment.danger.find", fault)
    guest_writes("A1", ANGRY)
    assert read("A1").label == "unknown"
    assert waiting() == []
    assert "guest" not in caplog.text


def test_a_sentiment_belongs_to_its_hotel(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", ANGRY)
    with pytest.raises(IntegrityError), transaction() as work:
        work.session.add(
            Sentiment(
                message_id=row_of("A1").id,
                hotel_id=cast.other_hotel_id,
                score=0,
                label="calm",
                analyser="x",
                at=clock.now(),
            )
        )


def test_the_change_says_conversation(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", ANGRY)
    read("A1")
    newest = db.session.scalars(select(Change).order_by(Change.seq.desc()).limit(1)).one()
    assert newest.kind == "conversation"
