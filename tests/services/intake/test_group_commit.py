"""Group commit: many webhooks, few commits; nobody is answered before their own is committed."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event

from inbox.extensions import db
from inbox.models import Message, WebhookEvent
from inbox.services.intake import bodies, intake, receiving
from inbox.services.intake import group_commit as module
from inbox.services.intake.group_commit import GroupCommit, receive_together
from inbox.services.intake.receiving import WebhookDelivery
from inbox.services.lines.webhook_senders import Credentials, WebhookSenders
from inbox.services.transaction import Work
from tests.cast.guest import incoming
from tests.cast.people import WEBHOOK_TOKEN, Cast
from tests.cast.rows import count
from tests.stack.stack import wait_until

SHOWN = Credentials(WEBHOOK_TOKEN, None)


def raw(number: int, **more: object) -> bytes:
    chat_id = f"44770090{number % 7:04}@c.us"
    return json.dumps(incoming(f"A{number}", f"text {number}", chat_id=chat_id) | more).encode()


def deliver(app: Flask, group: GroupCommit, instance_id: int, raws: list[bytes]) -> list[str]:
    """Deliver all at once, each from a thread of its own."""
    start = threading.Barrier(len(raws))

    def one(body: bytes) -> str:
        with app.app_context():
            start.wait()
            return group.receive(instance_id, bodies.read(body))

    with ThreadPoolExecutor(len(raws)) as threads:
        return list(threads.map(one, raws))


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
    raws = [raw(number) for number in range(6)] + [b"not json", raw(9, senderData=None)]
    states = deliver(app, GroupCommit(), cast.instance_id, raws)
    assert states == ["applied"] * 6 + ["quarantined"] * 2


def test_a_fault_half_way_leaves_nothing_of_its_own_and_all_of_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried without savepoints first; what that does must not be seen."""
    apply = intake.apply

    def fault(*arguments: object) -> str:
        state = apply(*arguments)  # type: ignore[arg-type]
        if arguments[2].id_message == "A3":  # type: ignore[attr-defined]
            raise KeyError
        return state

    monkeypatch.setattr(intake, "apply", fault)
    deliveries = [WebhookDelivery(cast.instance_id, bodies.read(raw(n))) for n in range(6)]
    expected = ["applied"] * 3 + ["quarantined"] + ["applied"] * 2
    assert receive_together(deliveries) == expected
    assert count(Message) == 5


def test_when_the_shared_commit_fails_each_is_answered_for_itself(app: Flask, cast: Cast) -> None:
    """A number that is gone fails the transaction it is in; the others get through without it."""
    gone = cast.instance_id + 1000
    group, start = GroupCommit(), threading.Barrier(5)
    told: list[str] = []

    def one(instance_id: int, number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                told.append(group.receive(instance_id, bodies.read(raw(number))))
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


class Commits:
    """The commits of a group, in the hands of a test: each waits until it is let go."""

    def __init__(self) -> None:
        self.begun: list[list[str]] = []
        self._gates: list[threading.Event] = []
        self._is_open = False

    def hold(self, deliveries: Sequence[WebhookDelivery]) -> None:
        gate = threading.Event()
        self._gates.append(gate)
        self.begun.append([delivery.body.names.id_message for delivery in deliveries])
        if self._is_open:
            gate.set()
        assert gate.wait(10)

    def let_go(self, number: int) -> None:
        self._gates[number].set()

    def open(self) -> None:
        self._is_open = True
        for gate in self._gates:
            gate.set()


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Commits]:
    """Whoever leads holds its transaction until the test lets it go."""
    commits, take_in_all = Commits(), receiving.take_in_all

    def held(work: Work, deliveries: Sequence[WebhookDelivery], *, savepoints: bool) -> list[str]:
        states = take_in_all(work, deliveries, savepoints=savepoints)
        commits.hold(deliveries)
        return states

    monkeypatch.setattr(module, "take_in_all", held)
    yield commits
    commits.open()


def is_waiting(group: GroupCommit, number: int) -> bool:
    return group.waiting == number


def test_who_waits_holds_no_connection(app: Flask, cast: Cast, commits: Commits) -> None:
    """A web process has more threads than connections: the one that commits must get one."""
    group, senders = GroupCommit(), WebhookSenders()
    db.session.rollback()

    def look_and_deliver(number: int) -> str:
        with app.app_context():
            assert senders.looked_up(SHOWN)
            return group.receive(cast.instance_id, bodies.read(raw(number)))

    with ThreadPoolExecutor(4) as threads:
        told = [threads.submit(look_and_deliver, 0)]
        wait_until(lambda: commits.begun, 10, "a commit")
        told += [threads.submit(look_and_deliver, number) for number in (1, 2, 3)]
        wait_until(lambda: group.waiting == 3, 10, "three that wait")
        assert db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
        commits.open()
        assert [one.result(10) for one in told] == ["applied"] * 4
    assert count(Message) == 4


def test_whose_commit_is_done_does_not_wait_for_the_next(
    app: Flask, cast: Cast, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who share a commit are all answered when it is done, whatever the group does then."""
    monkeypatch.setattr(module, "MOST_TOGETHER", 3)
    group = GroupCommit()
    told: list[Future[str]] = []

    def deliver_one(number: int) -> str:
        with app.app_context():
            return group.receive(cast.instance_id, bodies.read(raw(number)))

    with ThreadPoolExecutor(5) as threads:
        told.append(threads.submit(deliver_one, 0))
        wait_until(lambda: commits.begun, 10, "the first commit")
        for number in range(1, 5):
            told.append(threads.submit(deliver_one, number))
            wait_until(partial(is_waiting, group, number), 10, "one more that waits")
        commits.let_go(0)
        wait_until(lambda: len(commits.begun) == 2, 10, "the second commit")
        commits.let_go(1)
        assert [one.result(10) for one in told[:4]] == ["applied"] * 4
        wait_until(lambda: len(commits.begun) == 3, 10, "the third commit")
        assert commits.begun == [["A0"], ["A1", "A2", "A3"], ["A4"]]
        assert not told[4].done()
        commits.open()
        assert told[4].result(10) == "applied"
