"""Messages for later: they go out once, at their time by the hotel's clock, or say why not."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from inbox import clock
from inbox.config import SendTimings
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.files.media_store import FolderStore
from inbox.models import AuditEntry, Conversation, Instance
from inbox.models.states import Origin
from inbox.services import changes, sweep
from inbox.services.conversations import conversations, threads
from inbox.services.messages import outgoing
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import cancellations, replies, schedules
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.clock import Clock
from tests.cast.desk import talk
from tests.cast.people import Cast
from tests.cast.rows import row

Writes = Callable[..., Conversation]
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=60)


def later(cast: Cast, conversation: Conversation, text: str, wait: timedelta = HOUR) -> int:
    """Schedule a text; its id."""
    at = clock.now() + wait
    return desk.send(cast.hotel_id, conversation.id, cast.alice_id, outgoing.text(text), at=at).id


def reply(cast: Cast, conversation: Conversation, text: str) -> int:
    return desk.send_text(cast.hotel_id, conversation.id, cast.bob_id, text).id


def sent_in_order(cast: Cast) -> list[str]:
    """Take all that may go, one after the other, and say it was accepted."""
    texts: list[str] = []
    while True:
        with transaction() as work:
            work.session.execute(update(Instance).values(next_send_at=None, paused_until=None))
        claim = outbox.claim(cast.instance_id, LEASE)
        if claim is None:
            return texts
        outcomes.accepted(claim, f"OUT-{claim.message_id}")
        texts.append(claim.body)


def test_it_waits_for_its_time_and_goes_once(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    message_id = later(cast, guest_writes("A1"), "Good morning")
    assert schedules.release_due(watch.time) == 0
    assert sent_in_order(cast) == []
    watch.time += HOUR
    assert schedules.release_due(watch.time) == 1
    assert schedules.release_due(watch.time) == 0
    assert row(message_id).status == "queued"
    assert sent_in_order(cast) == ["Good morning"]


def test_many_workers_release_it_once(
    app: Flask, cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation = guest_writes("A1")
    ids = [later(cast, conversation, f"number {n}") for n in range(5)]
    watch.time += HOUR
    before = changes.head(cast.hotel_id)

    def release(_: int) -> int:
        with app.app_context():
            return schedules.release_due(watch.time)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(release, range(6))) == 5
    db.session.rollback()
    told = changes.since(cast.hotel_id, before)
    assert sorted(told.message_ids) == ids
    assert sent_in_order(cast) == [f"number {n}" for n in range(5)]


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


def test_scheduling_answers_nothing_yet(cast: Cast, guest_writes: Writes, watch: Clock) -> None:
    conversation_id = guest_writes("A1", "Wake me at seven, please").id
    later(cast, talk(conversation_id), "Good morning")
    conversation = talk(conversation_id)
    assert conversation.waiting_since is not None
    assert conversation.receipt_due_at is None


def test_going_out_it_answers_what_was_there_when_it_was_written(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1", "Wake me at seven, please").id
    later(cast, talk(conversation_id), "Good morning")
    watch.time += HOUR
    schedules.release_due(watch.time)
    conversation = talk(conversation_id)
    assert conversation.waiting_since is None
    assert conversation.unread_count == 0
    assert conversation.last_preview == "Good morning"


def test_what_the_guest_asked_since_still_waits(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    asked_at = int(watch.time.timestamp())
    conversation_id = guest_writes("A1", "Wake me at seven, please", timestamp=asked_at - 60).id
    later(cast, talk(conversation_id), "Good morning")
    watch.time += HOUR
    guest_writes("A2", "The tap drips", timestamp=asked_at + 600)
    schedules.release_due(watch.time)
    conversation = talk(conversation_id)
    assert conversation.waiting_since == datetime.fromtimestamp(asked_at + 600, UTC)
    assert conversation.unread_count == 1
    assert conversations.view_of(conversation) == "needs_us"


def test_what_was_asked_and_answered_since_does_not_wait_again(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1", "Wake me at seven, please").id
    later(cast, talk(conversation_id), "Good morning")
    watch.time += HOUR / 2
    guest_writes("A2", "The tap drips", timestamp=int(watch.time.timestamp()))
    reply(cast, talk(conversation_id), "Somebody is on the way")
    watch.time += HOUR / 2
    schedules.release_due(watch.time)
    assert talk(conversation_id).waiting_since is None


def test_released_after_a_downtime_it_goes(cast: Cast, guest_writes: Writes, watch: Clock) -> None:
    message_id = later(cast, guest_writes("A1"), "Breakfast ends at eleven")
    watch.time += HOUR + outgoing.KEPT[Origin.DESK] - timedelta(minutes=1)
    schedules.release_due(watch.time)
    message = row(message_id)
    assert message.status == "queued"
    assert message.expires_at == watch.time + timedelta(minutes=1)


def test_far_too_late_it_does_not_go_and_says_so(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1", "Thanks, bye").id
    message_id = later(cast, talk(conversation_id), "Breakfast ends at eleven")
    conversations.finish(cast.hotel_id, conversation_id, cast.bob_id)
    watch.time += HOUR + outgoing.KEPT[Origin.DESK]
    sweep.sweep_sending(SendTimings(LEASE, LEASE))
    assert row(message_id).status == "expired"
    assert "waited too long" in row(message_id).failure_text
    conversation = talk(conversation_id)
    assert conversations.view_of(conversation) == "needs_us"
    page = threads.page(cast.hotel_id, conversation_id, staff_id=cast.bob_id)
    assert page.messages[-1].id == message_id
    assert sent_in_order(cast) == []


def test_several_go_in_the_order_of_their_times(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation = guest_writes("A1")
    later(cast, conversation, "third", HOUR * 3)
    later(cast, conversation, "first", HOUR)
    later(cast, conversation, "second", HOUR * 2)
    watch.time += HOUR * 3
    assert _released_until_quiet(cast, watch) == ["first", "second", "third"]


def _released_until_quiet(cast: Cast, watch: Clock) -> list[str]:
    """Sweep and send until nothing moves; what was sent, in order."""
    texts: list[str] = []
    for _ in range(10):
        schedules.release_due(watch.time)
        texts += sent_in_order(cast)
    return texts


def test_a_reply_that_waits_goes_before_it_as_the_thread_shows(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1").id
    later(cast, talk(conversation_id), "Good morning")
    watch.time += HOUR
    reply(cast, talk(conversation_id), "typed before it was due")
    schedules.release_due(watch.time)
    assert _released_until_quiet(cast, watch) == ["typed before it was due", "Good morning"]
    page = threads.page(cast.hotel_id, conversation_id, staff_id=cast.bob_id)
    bodies = [message.body for message in page.messages if message.direction == "out"]
    assert bodies == ["typed before it was due", "Good morning"]


def test_typed_replies_to_others_overtake_it(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    later(cast, guest_writes("A1"), "Good morning")
    watch.time += HOUR
    schedules.release_due(watch.time)
    reply(cast, guest_writes("B1", chat_id="4915112345678@c.us"), "At once")
    assert sent_in_order(cast) == ["At once", "Good morning"]


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
    assert _released_until_quiet(cast, watch) == ["typed before", "Good morning"]


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
