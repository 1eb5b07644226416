"""The receiver's threads: one for each number, started and ended as numbers come and go."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from inbox import receiver
from inbox.services.intake import polling
from inbox.services.lines import instances
from tests.cast.people import Cast
from tests.stack import wait_until


class Line:
    """Stands in for a collector: what happens when the number is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.answer: Callable[[], bool] = lambda: False
        self.pause = threading.Event()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    stand_in = Line()

    class Collector:
        def __init__(self, instance_id: int, storing: object) -> None:
            self.instance_id = instance_id

        def collect(self, seconds: int) -> bool:
            stand_in.asked.append(self.instance_id)
            stand_in.pause.wait(0.02)
            return stand_in.answer()

    monkeypatch.setattr(polling, "Collector", Collector)
    return stand_in


@pytest.fixture
def running(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> receiver.Receiver:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # only the main thread may
    monkeypatch.setattr(receiver, "backoff", lambda failures: 0.01)
    return receiver.Receiver(app, look_seconds=0.05)


def run(one: receiver.Receiver) -> threading.Thread:
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    return thread


def test_numbers_that_are_added_are_collected_for_and_others_no_more(
    running: receiver.Receiver, line: Line, cast: Cast
) -> None:
    thread = run(running)
    instances.receive_by(cast.instance_id, "poll")
    wait_until(lambda: cast.instance_id in line.asked)
    instances.receive_by(cast.other_instance_id, "poll")
    wait_until(lambda: cast.other_instance_id in line.asked)
    instances.receive_by(cast.instance_id, "webhook")
    wait_until(lambda: running.collecting() == {cast.other_instance_id})
    running.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_number_that_fails_is_asked_again_and_stops_no_other(
    running: receiver.Receiver, line: Line, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> bool:
        raise RuntimeError("secret-token")

    line.answer = fail
    instances.receive_by(cast.instance_id, "poll")
    thread = run(running)
    wait_until(lambda: len(line.asked) > 3)
    line.answer = lambda: True
    before = len(line.asked)
    wait_until(lambda: len(line.asked) > before + 3)
    running.stop()
    thread.join(5)
    assert "secret-token" not in caplog.text
    assert caplog.text.count("collecting for instance row") == 1


def test_the_waits_grow_to_a_minute_and_differ() -> None:
    longest = [receiver.backoff(n, lambda low, high: high) for n in (1, 2, 3, 6, 50)]
    assert longest == [2.0, 4.0, 8.0, 60.0, 60.0]
    assert len({receiver.backoff(8) for _ in range(20)}) > 10
    assert all(30.0 <= receiver.backoff(8) <= 60.0 for _ in range(20))
