"""What ticks, replies and silence tell of a message that went out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from inbox import clock
from inbox.errors import Conflict
from inbox.extensions import db
from inbox.models import Conversation, Instance
from inbox.services.conversations import conversations
from inbox.services.outbox import outbox, outcomes, overdue
from inbox.services.replies import cancellations
from inbox.services.transaction import transaction
from tests.cast.chat import Chat
from tests.cast.desk import accepted, change, claim, reply, talk
from tests.cast.people import Cast
from tests.cast.rows import row

Writes = Callable[..., Conversation]


def soon(seconds: int = 5) -> int:
    """A moment just ahead, as Green API counts."""
    return int(clock.now().timestamp()) + seconds


def test_a_guest_who_answers_has_what_we_wrote_before(cast: Cast, guest_writes: Writes) -> None:
    first = accepted(cast, guest_writes("A1"), "B1")
    change(first, accepted_at=clock.now() - timedelta(minutes=1))
    guest_writes("A2", "Thank you", timestamp=soon())
    assert row(first).status == "delivered"
    assert row(first).delivered_at is not None


def test_what_was_written_after_the_answer_is_not_proved_by_it(
    cast: Cast, guest_writes: Writes
) -> None:
    first = accepted(cast, guest_writes("A1"), "B1")
    guest_writes("A2", "Before your answer", timestamp=soon(-3600))
    assert row(first).status == "accepted"


def test_a_failure_is_not_undone_by_an_answer(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    reply(cast, conversation)
    outcomes.refused(claim(cast), "bad_request", "No.")
    guest_writes("A2", "Hello?", timestamp=soon())
    assert talk(conversation.id).failed_at is not None


def test_a_person_in_a_group_proves_nothing(cast: Cast, guest_writes: Writes) -> None:
    group = "120363043968066561@g.us"
    first = accepted(cast, guest_writes("A1", chat_id=group), "B1")
    change(first, accepted_at=clock.now() - timedelta(minutes=1))
    guest_writes("A2", "Hi", chat_id=group, timestamp=soon())
    assert row(first).status == "accepted"


def test_one_tick_too_long_is_noticed_and_a_late_tick_takes_it_back(
    cast: Cast, guest_writes: Writes
) -> None:
    first = accepted(cast, guest_writes("A1", timestamp=soon(-900)), "B1")
    assert overdue.notice(clock.now()) == 0
    assert overdue.notice(clock.now() + timedelta(minutes=11)) == 1
    assert row(first).overdue_at is not None
    Chat(cast).take(Chat(cast).status("B1", "delivered", 700))
    assert row(first).overdue_at is None


def test_a_guest_who_is_long_gone_makes_nobody_worry(cast: Cast, guest_writes: Writes) -> None:
    accepted(cast, guest_writes("A1", timestamp=soon(-3 * 86_400)), "B1")
    assert overdue.notice(clock.now() + timedelta(minutes=11)) == 0


@pytest.mark.parametrize("put_away", [True, False])
def test_a_late_failure_opens_the_conversation_and_the_guest_waits_again(
    cast: Cast, guest_writes: Writes, put_away: bool
) -> None:
    conversation = guest_writes("A1", "Is there parking?", timestamp=soon(-120))
    since = conversation.waiting_since
    first = accepted(cast, conversation, "B1")
    if put_away:
        conversations.finish(cast.hotel_id, conversation.id, cast.alice_id)
    Chat(cast).take(Chat(cast).status("B1", "failed", 700))
    found = talk(conversation.id)
    assert (found.status, found.waiting_since) == ("open", since)
    assert found.failed_at is not None
    assert conversations.view_of(found) == "needs_us"
    cancellations.retry(cast.hotel_id, first, cast.alice_id)
    assert talk(conversation.id).failed_at is None
    assert talk(conversation.id).waiting_since is None


def test_a_failure_of_a_message_that_answered_nobody_needs_us_too(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1")
    accepted(cast, conversation, "B1")
    second = accepted(cast, talk(conversation.id), "B2", "PS: the pool is open")
    Chat(cast).take(Chat(cast).status("B2", "noAccount", 700))
    found = talk(conversation.id)
    assert found.waiting_since is None
    page = conversations.page(cast.hotel_id, "needs_us")
    assert [one.id for one in page.rows] == [conversation.id]
    assert conversations.counts([cast.hotel_id])[cast.hotel_id].needs_us == 1
    cancellations.discard(cast.hotel_id, second, cast.alice_id)
    assert conversations.page(cast.hotel_id, "needs_us").rows == []


def test_a_message_that_is_suspended_pauses_the_number(cast: Cast, guest_writes: Writes) -> None:
    accepted(cast, guest_writes("A1"), "B1")
    Chat(cast).take(Chat(cast).status("B1", "yellowCard", 600))
    db.session.rollback()
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == "suspended"


def test_a_failure_of_yesterday_pauses_nothing(cast: Cast, guest_writes: Writes) -> None:
    accepted(cast, guest_writes("A1"), "B1")
    Chat(cast).take(Chat(cast).status("B1", "yellowCard", -86_400))
    db.session.rollback()
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == ""


def test_what_is_called_back_never_leaves_and_the_guest_waits_again(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1")
    since = conversation.waiting_since
    first = reply(cast, conversation)
    cancellations.cancel(cast.hotel_id, first, cast.alice_id)
    assert (row(first).status, row(first).failure_code) == ("cancelled", "called_back")
    assert talk(conversation.id).waiting_since == since
    with transaction() as work:
        work.session.execute(update(Instance).values(next_send_at=None))
    assert outbox.due(clock.now()) == []


def test_what_a_worker_has_cannot_be_called_back(cast: Cast, guest_writes: Writes) -> None:
    first = reply(cast, guest_writes("A1"))
    claim(cast)
    with pytest.raises(Conflict, match="on its way"):
        cancellations.cancel(cast.hotel_id, first, cast.alice_id)
