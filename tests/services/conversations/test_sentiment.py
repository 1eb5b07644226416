"""Reading sentiment: once for each text, flagged until a person says otherwise, with and without a
model.
"""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError

from inbox import clock
from inbox.errors import NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Change, Conversation, Message, Sentiment
from inbox.sentiment import OpenAiCompatible
from inbox.services import changes, sweep
from inbox.services.conversations import conversations, sentiment
from inbox.services.intake import receiving
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.sentiment.endpoint_server import Endpoint

Writes = Callable[..., Conversation]

ANGRY = "There is no hot water again. Unacceptable."
FIRE = "There is a fire in the corridor"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server


def model(endpoint: Endpoint, hourly: int = 200) -> sentiment.Model:
    return sentiment.Model(OpenAiCompatible(endpoint.url, "sk-secret", "tiny", seconds=0.5), hourly)


def message_id(id_message: str) -> int:
    return db.session.scalars(select(Message.id).where(Message.id_message == id_message)).one()


def waiting() -> list[str | None]:
    return list(
        db.session.scalars(select(Message.id_message).where(Message.analyse_at.is_not(None)))
    )


def read(id_message: str, asked: sentiment.Model | None = None) -> Sentiment:
    sentiment.read_all(asked)
    return db.session.get_one(Sentiment, message_id(id_message))


def flag(conversation: Conversation) -> tuple[str, int | None]:
    db.session.expire_all()
    found = conversations.get(conversation.hotel_id, conversation.id)
    return found.sentiment, found.sentiment_message_id


def change(id_message: str, **values: object) -> None:
    with transaction() as work:
        work.session.execute(update(Message).where(Message.id_message == id_message).values(values))


def test_an_angry_guest_is_flagged(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    head = changes.head(cast.hotel_id)
    reading = read("A1")
    assert (reading.label, reading.analyser) == ("upset", "lobby-words-1")
    assert reading.why == "“no hot water”, “again”, “Unacceptable”"
    assert flag(conversation) == ("upset", message_id("A1"))
    found = conversations.get(cast.hotel_id, conversation.id)
    assert found.reading is not None
    assert found.reading.why == reading.why
    assert found.sentiment_since == db.session.get_one(Message, message_id("A1")).sorted_at
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


def test_not_upset_is_remembered_until_something_new(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "upset")
    assert flag(conversation) == ("", None)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "conversation.calm")
    ).one()
    assert (entry.actor, entry.detail) == (f"staff:{cast.alice_id}", {"sentiment": "upset"})
    guest_writes("A2", "Thanks")
    read("A2")
    assert flag(conversation) == ("", None)
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation) == ("upset", message_id("A3"))


def test_a_calm_word_lowers_nothing(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", "It works now, thank you")
    assert read("A2").label == "happy"
    assert flag(conversation) == ("upset", message_id("A1"))


def test_danger_is_louder(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", FIRE)
    assert read("A2").label == "danger"
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation) == ("danger", message_id("A2"))


def test_who_saw_upset_does_not_take_down_danger(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", FIRE)
    read("A1")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "upset")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "nonsense")
    assert flag(conversation)[0] == "danger"
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "danger")
    assert flag(conversation) == ("", None)


def test_the_older_of_two_upset_texts_read_late_is_not_the_reason(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1", ANGRY)
    guest_writes("A2", ANGRY)
    read("A2")
    read("A1")
    assert flag(conversation) == ("upset", message_id("A2"))


def test_done_takes_the_flag_down_and_keeps_it_down(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", ANGRY)
    conversations.finish(cast.hotel_id, conversation.id, cast.alice_id)
    assert flag(conversation) == ("", None)
    read("A2")
    assert flag(conversation) == ("", None)
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation)[0] == "upset"


def test_another_hotel_cannot_say_so(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    with pytest.raises(NotFound):
        sentiment.dismiss_flag(cast.other_hotel_id, conversation.id, cast.charlie_id)
    assert flag(conversation)[0] == "upset"


@pytest.mark.parametrize("answered", [True, False])
def test_a_recovered_message_raises_only_what_nobody_answered(
    cast: Cast, guest_writes: Writes, answered: bool
) -> None:
    conversation = guest_writes("A1", ANGRY, timestamp=1_763_000_000)
    change("A1", recovered=True)
    if answered:
        reply = incoming(
            "B1", "On our way", typeWebhook="outgoingMessageReceived", timestamp=1_763_000_060
        )
        receiving.receive(cast.instance_id, json.dumps(reply).encode())
    assert read("A1").label == "upset"
    assert flag(conversation)[0] == ("" if answered else "upset")


def test_an_edit_is_read_anew(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", "Hello")
    assert read("A1").label == "calm"
    change("A1", body=ANGRY, analyse_at=clock.now())
    assert read("A1").label == "upset"
    assert flag(conversation)[0] == "upset"


def test_the_sweeper_reads_what_nobody_rang_for(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    assert sentiment.read_all(None, late=sentiment.GRACE) == 0  # the job's own moment
    change("A1", analyse_at=clock.now() - timedelta(seconds=5))
    sweep.sweep_background()
    assert flag(conversation)[0] == "upset"
    assert waiting() == []


def test_the_model_reads_instead_when_there_is_one(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", "This is not what I call a holiday")
    reading = read("A1", model(endpoint))
    assert (reading.label, reading.analyser, reading.why) == (
        "upset",
        "tiny",
        "asks for the third time",
    )


def test_danger_needs_no_model(cast: Cast, guest_writes: Writes, endpoint: Endpoint) -> None:
    guest_writes("A1", FIRE)
    assert read("A1", model(endpoint)).analyser == "danger-words-1"
    assert endpoint.asked == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"raw": b"?"}, {"seconds": 0.8}])
def test_a_model_that_fails_is_asked_once_and_replaced(
    cast: Cast,
    guest_writes: Writes,
    endpoint: Endpoint,
    fault: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in fault.items():
        setattr(endpoint, name, value)
    guest_writes("A1", ANGRY)
    reading = read("A1", model(endpoint))
    assert (reading.label, reading.analyser) == ("upset", "lobby-words-1 (no answer)")
    assert len(endpoint.asked) == 1
    assert "Unacceptable" not in caplog.text
    assert "sk-secret" not in caplog.text


def test_a_model_that_is_gone_is_replaced(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", ANGRY)
    gone = sentiment.Model(OpenAiCompatible("http://127.0.0.1:9", "k", "gone"), 200)
    assert read("A1", gone).label == "upset"


def test_ours_reads_what_the_model_cannot(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    endpoint.said = {"label": "unknown", "score": 0, "why": ""}
    guest_writes("A1", ANGRY)
    assert read("A1", model(endpoint)).label == "upset"


def test_the_hourly_budget_is_each_hotels_own_and_counts_failures(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    asked = model(endpoint, hourly=2)
    for number in range(4):
        endpoint.status = 500 if number == 0 else 200
        guest_writes(f"A{number}", f"Hello {number}")
        read(f"A{number}", asked)
    assert len(endpoint.asked) == 2
    with transaction() as work:
        work.session.execute(update(Sentiment).values(at=clock.now() - timedelta(minutes=61)))
    guest_writes("A9", "Hello again")
    read("A9", asked)
    assert len(endpoint.asked) == 3


def test_old_news_is_not_worth_a_model(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", ANGRY)
    change("A1", recovered=True)
    guest_writes("A2", ANGRY)
    change("A2", analyse_at=clock.now() - timedelta(minutes=1))
    assert {read(one, model(endpoint)).analyser for one in ("A1", "A2")} == {"lobby-words-1"}
    assert endpoint.asked == []


def test_who_is_being_asked_about_is_not_asked_about_twice(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", ANGRY)
    (task,) = sentiment.waiting(clock.now())
    assert sentiment.claim(task)
    assert sentiment.read_all(model(endpoint)) == 0
    assert endpoint.asked == []
    assert not sentiment.claim(task)


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
                message_id=message_id("A1"),
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
