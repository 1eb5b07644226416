"""A call is one line, updated in place; one that nobody took waits for the hotel."""

import itertools

import pytest
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Message
from inbox.services.conversations import conversations, previews
from tests.cast.chat import GROUP, GUEST, PHONE, Chat
from tests.cast.people import Cast
from tests.cast.rows import row_of
from tests.greenapi import samples


@pytest.fixture
def chat(cast: Cast) -> Chat:
    return Chat(cast)


@pytest.mark.parametrize(
    ("status", "words", "waits"),
    [
        ("missed", "Missed voice call", True),
        ("declined", "Missed voice call", True),
        ("hangUp", "Missed voice call", True),
        ("hungUp", "Missed voice call", True),
        ("pickUp", "Voice call, answered", False),
    ],
)
@pytest.mark.parametrize("first", [0, 1])
def test_two_webhooks_are_one_line(
    chat: Chat, status: str, words: str, waits: bool, first: int
) -> None:
    news = [chat.call("C1", "offer", 0), chat.call("C1", status, 5)]
    for body in (news[first], news[1 - first]):
        assert chat.take(body) == "applied"
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    message = row_of("C1")
    assert (message.kind, previews.preview(message)) == ("call", words)
    talk = chat.conversation
    assert (talk.waiting_since is not None, talk.unread_count) == (waits, int(waits))
    assert talk.last_preview == words


def test_a_call_that_only_rang_waits_for_nobody(chat: Chat) -> None:
    chat.take(chat.call("C1", "offer", isVideo=True))
    assert chat.conversation.waiting_since is None
    assert chat.conversation.last_preview == "Video call"


@pytest.mark.parametrize("order", list(itertools.permutations(["offer", "hungUp", "pickUp"])))
def test_a_call_that_was_taken_after_all_waits_for_nobody(
    chat: Chat, order: tuple[str, ...]
) -> None:
    chat.says("A1", samples.text("Is anybody there?"), 20)
    for status in order:
        chat.take(chat.call("C1", status, 30))
    talk = chat.conversation
    assert (talk.waiting_since, talk.unread_count) == (row_of("A1").sorted_at, 1)
    assert talk.last_preview == "Voice call, answered"


def test_a_missed_call_opens_what_was_done(cast: Cast, chat: Chat) -> None:
    chat.take(chat.call("C1", "offer"))
    conversations.finish(cast.hotel_id, chat.conversation.id, cast.alice_id)
    chat.take(chat.call("C1", "missed", 5))
    assert chat.conversation.status == "open"
    assert chat.conversation.waiting_since is not None


def test_calling_back_answers(chat: Chat) -> None:
    chat.take(chat.call("C1", "missed", 0))
    own = "34910000001@c.us"
    chat.take(
        chat.call(
            "C2",
            "hungUp",
            10,
            by="outgoingCall",
            duration=190,
            participants=[{"wid": own}, {"wid": GUEST}],
        )
        | {"from": own}
    )
    assert chat.conversation.waiting_since is None
    assert chat.conversation.last_preview == "Our voice call, answered, 3 min"
    assert row_of("C2").conversation_id == row_of("C1").conversation_id


def test_an_answer_typed_before_the_call_does_not_answer_it(chat: Chat) -> None:
    chat.take(chat.call("C1", "missed", 20))
    chat.says("P1", samples.text("Good morning"), 10, by=PHONE)
    assert chat.conversation.waiting_since == row_of("C1").sorted_at


def test_a_call_of_a_group_stands_in_the_group(cast: Cast) -> None:
    group = Chat(cast, GROUP)
    group.take(group.call("C1", "missed"))
    assert group.conversation.kind == "group"


@pytest.mark.parametrize("caller", ["", "status@broadcast", "somebody", None, 7])
def test_a_caller_who_cannot_be_called_back_is_no_accident(chat: Chat, caller: object) -> None:
    assert chat.take(chat.call("C1", "offer") | {"from": caller}) in ("ignored", "quarantined")
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
