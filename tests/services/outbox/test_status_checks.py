"""Ticks that stay away are asked for: a few one by one, many by the journal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import responses
from sqlalchemy import update

from inbox import clock
from inbox.dispatch import announcements, workers
from inbox.models import Conversation, Message
from inbox.services.outbox import status_checks
from inbox.services.transaction import transaction
from tests.cast.desk import accepted
from tests.cast.people import Cast
from tests.cast.provider import answers, outgoing
from tests.cast.rows import row

Writes = Callable[..., Conversation]


def make_due() -> None:
    with transaction() as work:
        work.session.execute(update(Message).values(check_at=clock.now()))


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[workers.JobRequest]:
    """The bells that were rung."""
    heard: list[workers.JobRequest] = []
    monkeypatch.setattr(announcements, "announce", lambda hotels, rings: heard.extend(rings))
    return heard


def test_one_silent_message_is_asked_for_by_itself(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    rung: list[workers.JobRequest],
) -> None:
    message_id = accepted(cast, guest_writes("A1"), "B1")
    make_due()
    rung.clear()
    assert status_checks.schedule(clock.now()) == 1
    assert rung == [workers.JobRequest(workers.CHECK_STATUS, (message_id,))]
    at = int(clock.now().timestamp())
    answers(provider, "getMessage", outgoing("B1", "Gladly", at, statusMessage="delivered"))
    status_checks.check(message_id)
    assert row(message_id).status == "delivered"


def test_many_silent_messages_of_a_number_cost_one_call(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    rung: list[workers.JobRequest],
) -> None:
    conversation = guest_writes("A1")
    ids = [accepted(cast, conversation, f"B{n}") for n in range(5)]
    make_due()
    rung.clear()
    status_checks.schedule(clock.now())
    assert rung == [workers.JobRequest(workers.CHECK_NUMBER, (cast.instance_id,))]
    at = int(clock.now().timestamp())
    journal = [outgoing(f"B{n}", "Gladly", at, statusMessage="read") for n in range(5)]
    answers(provider, "lastOutgoingMessages", journal)
    status_checks.check_number(cast.instance_id)
    status_checks.check_number(cast.instance_id)
    assert [row(one).status for one in ids] == ["read"] * 5
    assert len(provider.calls) == 1


def test_each_check_waits_twice_as_long_as_the_one_before(cast: Cast, guest_writes: Writes) -> None:
    message_id = accepted(cast, guest_writes("A1"), "B1")
    waits = []
    for _ in range(3):
        make_due()
        status_checks.schedule(clock.now())
        check_at = row(message_id).check_at
        assert check_at is not None
        waits.append(round((check_at - clock.now()) / timedelta(minutes=1)))
    assert waits == [2, 4, 8]


def test_after_a_few_hours_nobody_asks_any_more(cast: Cast, guest_writes: Writes) -> None:
    message_id = accepted(cast, guest_writes("A1"), "B1")
    for _ in range(status_checks.MOST_CHECKS):
        make_due()
        status_checks.schedule(clock.now())
    assert row(message_id).check_at is None
