"""What the desk does with a message for later: change it, drop it, or send it now."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import AuditEntry, Conversation
from inbox.models.states import Origin
from inbox.services import changes
from inbox.services.conversations import threads
from inbox.services.messages import outgoing
from inbox.services.replies import cancellations, replies, schedules
from tests.cast.clock import Clock
from tests.cast.desk import reply, talk
from tests.cast.people import Cast
from tests.cast.rows import row
from tests.cast.schedule import HOUR, later, released_until_quiet, sent_in_order

Writes = Callable[..., Conversation]


def test_before_its_time_the_thread_and_the_list_do_not_know_it(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation_id = guest_writes("A1", "Wake me at seven, please").id
    message_id = later(cast, talk(conversation_id), "Good morning")
    page = threads.page(cast.hotel_id, conversation_id, staff_id=cast.bob_id)
    assert [message.body for message in page.messages] == ["Wake me at seven, please"]
    assert threads.by_ids(cast.hotel_id, conversation_id, [message_id]) == []
    assert talk(conversation_id).last_preview == "Wake me at seven, please"
    (waiting,) = schedules.of_conversation(cast.hotel_id, conversation_id)
    assert (waiting.id, waiting.body) == (message_id, "Good morning")


def test_news_of_it_says_whose_schedule_moved(
    cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    conversation_id = guest_writes("A1").id
    for act in (
        lambda: later(cast, talk(conversation_id), "Good morning"),
        lambda: schedules.drop(cast.hotel_id, _only(cast), cast.bob_id, store),
        lambda: later(cast, talk(conversation_id), "Good night"),
        lambda: cancellations.cancel(cast.hotel_id, _only(cast), cast.bob_id),
    ):
        before = changes.head(cast.hotel_id)
        act()
        assert changes.since(cast.hotel_id, before).scheduled_in == [conversation_id]
    before = changes.head(cast.hotel_id)
    reply(cast, talk(conversation_id), "Hello")
    assert changes.since(cast.hotel_id, before).scheduled_in == []


def _only(cast: Cast) -> int:
    ((message, _),) = schedules.of_hotel(cast.hotel_id)
    return message.id


def test_its_text_and_time_can_be_changed(cast: Cast, guest_writes: Writes, watch: Clock) -> None:
    conversation = guest_writes("A1")
    message_id = later(cast, conversation, "Good mroning")
    new_time = watch.time + 2 * HOUR
    schedules.change(cast.hotel_id, message_id, cast.bob_id, "Good morning", new_time)
    watch.time += HOUR
    assert schedules.release_due(watch.time) == 0
    watch.time += HOUR
    schedules.release_due(watch.time)
    assert sent_in_order(cast) == ["Good morning"]
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-1] == "message.reschedule"


def test_a_bad_change_changes_nothing(cast: Cast, guest_writes: Writes, watch: Clock) -> None:
    message_id = later(cast, guest_writes("A1"), "Good morning")
    for body, at, field in (
        ("  ", watch.time + HOUR, "body"),
        ("Other", watch.time - HOUR, "at"),
        ("Other", watch.time + timedelta(days=400), "at"),
    ):
        with pytest.raises(Invalid) as caught:
            schedules.change(cast.hotel_id, message_id, cast.bob_id, body, at)
        assert field in caught.value.fields
    assert row(message_id).body == "Good morning"


def test_what_is_dropped_never_goes(
    cast: Cast, guest_writes: Writes, watch: Clock, store: FolderStore
) -> None:
    message_id = later(cast, guest_writes("A1"), "Good morning")
    schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)
    watch.time += HOUR
    assert schedules.release_due(watch.time) == 0
    with pytest.raises(NotFound):
        schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)


def test_of_many_who_press_at_once_one_does_it(
    app: Flask, cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    """Dropping and sending at once: it went, or it is gone, and everybody else is told."""
    conversation = guest_writes("A1")
    for _ in range(4):
        message_id = later(cast, conversation, "Good morning")

        def press(number: int, message_id: int = message_id) -> bool:
            with app.app_context():
                try:
                    if number % 2:
                        schedules.drop(cast.hotel_id, message_id, cast.bob_id, store)
                    else:
                        schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
                except (Conflict, NotFound):
                    return False
                return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(press, range(6))) == 1


def test_sent_now_it_answers_and_goes_like_a_typed_one(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1").id
    message_id = later(cast, talk(conversation_id), "Good morning")
    schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
    message, conversation = row(message_id), talk(conversation_id)
    assert (message.status, message.priority) == ("queued", replies.PRIORITY[Origin.DESK])
    assert message.expires_at == watch.time + outgoing.KEPT[Origin.DESK]
    assert conversation.waiting_since is None
    assert conversation.receipt_due_at is not None
    with pytest.raises(Conflict):
        schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
    assert sent_in_order(cast) == ["Good morning"]


def test_sent_now_it_does_not_overtake_what_waits_in_its_chat(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation = guest_writes("A1")
    message_id = later(cast, conversation, "Good morning")
    reply(cast, conversation, "typed before")
    schedules.send_now(cast.hotel_id, message_id, cast.bob_id)
    assert talk(conversation.id).waiting_since is None
    assert released_until_quiet(cast, watch) == ["typed before", "Good morning"]


def test_another_hotel_finds_nothing(cast: Cast, guest_writes: Writes, store: FolderStore) -> None:
    message_id = later(cast, guest_writes("A1"), "Good morning")
    with pytest.raises(NotFound):
        schedules.drop(cast.other_hotel_id, message_id, cast.charlie_id, store)
    with pytest.raises(NotFound):
        schedules.send_now(cast.other_hotel_id, message_id, cast.charlie_id)
    at = clock.now() + HOUR
    with pytest.raises(NotFound):
        schedules.change(cast.other_hotel_id, message_id, cast.charlie_id, "x", at)
    assert schedules.of_hotel(cast.other_hotel_id) == []
    assert len(schedules.of_hotel(cast.hotel_id)) == 1


def test_the_lists_are_read_from_what_is_scheduled_alone(cast: Cast, guest_writes: Writes) -> None:
    """However much was ever said at the hotel: on SQLite, where nobody keeps statistics."""
    if db.engine.dialect.name != "sqlite":
        return
    conversation_id = guest_writes("A1").id
    db.session.rollback()
    with explained() as plans:
        schedules.of_conversation(cast.hotel_id, conversation_id)
        schedules.of_hotel(cast.hotel_id)
    assert [plan for plan in plans if "message" in plan] == [plans[0]] * 2
    assert "ix_message_scheduled" in plans[0]


@contextmanager
def explained() -> Iterator[list[str]]:
    """How the database finds the messages of each question that is asked inside."""
    plans: list[str] = []

    def note(_: object, cursor: Any, statement: str, parameters: Any, *rest: object) -> None:
        if statement.startswith("SELECT") and "FROM message" in statement:
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(next(row[3] for row in rows))

    event.listen(db.engine, "before_cursor_execute", note)
    yield plans
    event.remove(db.engine, "before_cursor_execute", note)
