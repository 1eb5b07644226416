"""What the hotel writes: once, in order, checked in words."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Message
from inbox.models.states import Origin
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import cancellations, replies
from tests.cast import desk
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def send(cast: Cast, conversation: Conversation, text: str, ref: str | None = None) -> Message:
    return desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, text, ref or str(uuid4()))


def test_a_double_click_is_one_message(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    first = send(cast, conversation, "Yes", "the-click")
    again = send(cast, conversation, "Yes", "the-click")
    assert first.id == again.id
    assert len(db.session.scalars(select(Message).where(Message.direction == "out")).all()) == 1


def test_a_reference_is_not_used_for_another_text(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    send(cast, conversation, "Yes", "the-click")
    with pytest.raises(Conflict):
        send(cast, conversation, "No", "the-click")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something"),
        ("  \n\t ", "Write something"),
        ("x" * 20_001, "20,000"),
        ("a\0b", "cannot be sent"),
        ("a\ud800b", "cannot be sent"),
    ],
)
def test_what_cannot_be_sent_is_said_in_words(
    cast: Cast, guest_writes: Writes, text: str, words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        send(cast, guest_writes("A1"), text)
    assert words in caught.value.fields["body"]


def test_a_reply_stands_below_what_it_answers_even_if_our_clock_is_behind(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = guest_writes("A1", timestamp=int(clock.now().timestamp()))
    behind = clock.now() - timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: behind)
    message = send(cast, conversation, "Yes")
    question = db.session.scalars(select(Message).where(Message.id_message == "A1")).one()
    assert (message.sorted_at, message.id) > (question.sorted_at, question.id)


def test_an_answer_ends_the_waiting(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    send(cast, conversation, "Yes")
    db.session.refresh(conversation)
    assert conversation.waiting_since is None
    assert conversation.unread_count == 0


def test_another_hotels_conversation_does_not_exist(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    with pytest.raises(NotFound):
        desk.send_text(cast.other_hotel_id, conversation.id, cast.charlie_id, "Hi")


def test_only_a_message_of_this_chat_can_be_quoted(cast: Cast, guest_writes: Writes) -> None:
    here = guest_writes("A1")
    guest_writes("B1", chat_id="4915112345678@c.us")
    elsewhere = db.session.scalars(select(Message.id).where(Message.id_message == "B1")).one()
    answer = Outgoing(outgoing.text("Yes"), Origin.DESK, cast.alice_id, "x", elsewhere)
    with pytest.raises(Invalid) as caught:
        replies.send(cast.hotel_id, here.id, answer)
    assert "quoted" in caught.value.fields


def failed(cast: Cast, conversation: Conversation) -> int:
    message_id = send(cast, conversation, "Yes").id
    claim = outbox.claim(cast.instance_id, timedelta(seconds=60))
    assert claim is not None
    outcomes.refused(claim, "no_account", "This number has no WhatsApp.")
    return message_id


def test_a_retry_is_a_new_attempt_and_a_second_click_is_none(
    cast: Cast, guest_writes: Writes
) -> None:
    message_id = failed(cast, guest_writes("A1"))
    attempt = cancellations.retry(cast.hotel_id, message_id, cast.alice_id)
    assert attempt.id != message_id
    assert (attempt.status, attempt.body) == ("queued", "Yes")
    with pytest.raises(Conflict):
        cancellations.retry(cast.hotel_id, message_id, cast.alice_id)
    assert db.session.get_one(Message, message_id).status == "cancelled"


def test_a_discarded_failure_stays_in_the_thread(cast: Cast, guest_writes: Writes) -> None:
    message_id = failed(cast, guest_writes("A1"))
    assert cancellations.discard(cast.hotel_id, message_id, cast.alice_id).status == "cancelled"
    with pytest.raises(Conflict):
        cancellations.discard(cast.hotel_id, message_id, cast.alice_id)


def test_who_sent_it_is_on_record_and_what_it_said_is_not(cast: Cast, guest_writes: Writes) -> None:
    send(cast, guest_writes("A1"), "The code of the safe is 4711")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "message.send")).one()
    assert entry.actor == f"staff:{cast.alice_id}"
    assert "4711" not in str(entry.detail) + entry.subject


def test_a_reference_is_not_used_for_another_place(cast: Cast, guest_writes: Writes) -> None:
    """A place has no text: what it holds tells it from another."""
    conversation = guest_writes("A1")

    def place(latitude: float) -> int:
        point = outgoing.location(latitude, 2.17)
        return desk.send(cast.hotel_id, conversation.id, cast.alice_id, point, "click").id

    assert place(41.4) == place(41.4)
    with pytest.raises(Conflict):
        place(41.5)
