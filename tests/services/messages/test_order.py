"""Where a message stands in its thread when the provider counts whole seconds (N8 to N10)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Message
from tests.cast import desk
from tests.cast.people import Cast

SECOND = 1_763_000_000
Writes = Callable[..., Conversation]


def test_replies_in_between_do_not_turn_a_guests_words_around(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three letters of one second, a reply of the desk before the second and before the third."""

    def it_is(seconds: float) -> None:
        moment = datetime.fromtimestamp(SECOND, UTC) + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: moment)

    def reply(text: str) -> None:
        desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, text)

    it_is(0.2)
    conversation = guest_writes("A1", "one", timestamp=SECOND)
    it_is(0.9)
    reply("yes?")
    it_is(0.95)
    guest_writes("A2", "two", timestamp=SECOND)
    it_is(1.1)
    reply("and?")
    it_is(1.2)
    guest_writes("A3", "three", timestamp=SECOND)
    words = db.session.scalars(
        select(Message.body)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.sorted_at, Message.id)
    )
    assert list(words) == ["one", "yes?", "two", "three", "and?"]
