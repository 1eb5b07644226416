"""The lane: many webhooks, few commits; nobody is answered before their own is committed."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from inbox.extensions import db
from inbox.models import Message, WebhookEvent
from inbox.services.intake import group_commit as lanes
from inbox.services.intake import intake, receiving
from inbox.services.intake.group_commit import GroupCommit, _commit, _Waiter
from inbox.services.intake.receiving import WebhookDelivery
from inbox.services.lines import webhook_tokens
from tests.conftest import Cast, incoming
from tests.stack.stack import wait_until


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def raw(number: int, **more: object) -> bytes:
    chat_id = f"44770090{number % 7:04}@c.us"
    return json.dumps(incoming(f"A{number}", f"text {number}", chat_id=chat_id) | more).encode()


def deliver(app: Flask, lane: GroupCommit, instance_id: int, bodies: list[bytes]) -> list[str]:
    """Deliver all at once, each from a thread of its own."""
    start = threading.Barrier(len(bodies))

    def one(body: bytes) -> str:
        with app.app_context():
            start.wait()
            return lane.receive(instance_id, body)

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(one, bodies))


def test_many_at_once_are_all_there_in_fewer_commits(app: Flask, cast: Cast) -> None:
    commits: list[object] = []
    event.listen(db.engine, "commit", lambda connection: commits.append(connection))
    states = deliver(app, GroupCommit(), cast.instance_id, [raw(number) for number in range(24)])
    assert states == ["applied"] * 24
    assert count(Message) == 24
    assert len(commits) < 24


def test_twenty_copies_are_one_message(app: Flask, cast: Cast) -> None:
    states = deliver(app, GroupCommit(), cast.instance_id, [raw(1)] * 20)
    assert sorted(states) == ["applied"] + ["duplicate"] * 19
    assert count(WebhookEvent) == 1


def test_one_that_cannot_be_applied_spoils_no_other(app: Flask, cast: Cast) -> None:
    bodies = [raw(number) for number in range(6)] + [b"not json", raw(9, senderData=None)]
    states = deliver(app, GroupCommit(), cast.instance_id, bodies)
    assert states == ["applied"] * 6 + ["quarantined"] * 2


def test_a_fault_half_way_leaves_nothing_of_its_own_and_all_of_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lane tries without savepoints first; what it does then must not be seen."""
    apply = intake.apply

    def fault(*arguments: object) -> str:
        state = apply(*arguments)  # type: ignore[arg-type]
        if arguments[2].id_message == "A3":  # type: ignore[attr-defined]
            raise KeyError
        return state

    monkeypatch.setattr(intake, "apply", fault)
    tickets = [_Waiter(WebhookDelivery(cast.instance_id, raw(number))) for number in range(6)]
    _commit(tickets)
    expected = ["applied"] * 3 + ["quarantined"] + ["applied"] * 2
    assert [ticket.state for ticket in tickets] == expected
    assert count(Message) == 5


def test_when_the_shared_commit_fails_each_is_answered_for_itself(app: Flask, cast: Cast) -> None:
    """A number that is gone fails the transaction it is in; the others get through without it."""
    gone = cast.instance_id + 1000
    lane, start = GroupCommit(), threading.Barrier(5)
    told: list[str] = []

    def one(instance_id: int, number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                told.append(lane.receive(instance_id, raw(number)))
            except Exception as error:  # noqa: BLE001  (its kind is what is tested)
                told.append(type(error).__name__)

    threads = [
        threading.Thread(target=one, args=(cast.instance_id if n else gone, n)) for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["NoResultFound"] + ["applied"] * 4
    assert receiving.DUPLICATE not in told


def test_who_waits_holds_no_connection(app: Flask, cast: Cast) -> None:
    """A web process has more threads than connections: the one that commits must get one."""
    lane = GroupCommit()

    def look_and_deliver() -> None:
        with app.app_context():
            assert webhook_tokens.sender(cast.id_instance)
            lane.receive(cast.instance_id, raw(1))

    lane._led = True  # somebody is committing
    thread = threading.Thread(target=look_and_deliver)
    thread.start()
    wait_until(lambda: lane._waiting, 10, "the webhook in the lane")
    db.session.rollback()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    lane._hand_on()
    thread.join()
    assert count(Message) == 1


def test_whose_commit_is_done_does_not_wait_for_the_next(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who share a commit are all answered when it is done, whatever the lane does then."""
    lane = GroupCommit()
    monkeypatch.setattr(lanes, "MOST_TOGETHER", 3)
    lane._led = True  # somebody is committing, so these three wait
    told: list[str] = []

    def one(number: int) -> None:
        with app.app_context():
            told.append(lane.receive(cast.instance_id, raw(number)))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(lane._waiting) == 3, 10, "three in the lane")
    last = _Waiter(WebhookDelivery(cast.instance_id, raw(9)))
    lane._waiting.append(last)
    lane._hand_on()
    for thread in threads:
        thread.join()
    assert told == ["applied"] * 3
    assert last.leads
    assert last.state is None  # nobody is there to commit it, and nobody waited for that
