"""Messages for later go out once, at their time and in their order, or say why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from flask import Flask

from inbox.extensions import db
from inbox.models import Conversation
from inbox.models.states import Origin
from inbox.services import changes, sweep
from inbox.services.conversations import conversations, threads
from inbox.services.messages import outgoing
from inbox.services.replies import schedules
from tests.cast.clock import Clock
from tests.cast.desk import PATIENCE, reply, talk
from tests.cast.people import Cast
from tests.cast.rows import row
from tests.cast.schedule import HOUR, later, released_until_quiet, sent_in_order

Writes = Callable[..., Conversation]


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
    sweep.sweep_sending(PATIENCE)
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
    assert released_until_quiet(cast, watch) == ["first", "second", "third"]


def test_a_reply_that_waits_goes_before_it_as_the_thread_shows(
    cast: Cast, guest_writes: Writes, watch: Clock
) -> None:
    conversation_id = guest_writes("A1").id
    later(cast, talk(conversation_id), "Good morning")
    watch.time += HOUR
    reply(cast, talk(conversation_id), "typed before it was due")
    schedules.release_due(watch.time)
    assert released_until_quiet(cast, watch) == ["typed before it was due", "Good morning"]
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
