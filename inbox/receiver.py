"""The receiver process: long-polls Green API for every number without a public address.

One thread for each number (Green API allows one consumer), and one that watches which numbers
there are. It may be killed at any moment: a notification is deleted only after it is stored.
"""

import logging
import random
import signal
import threading
import time
from collections.abc import Callable

from flask import Flask

from inbox.extensions import db
from inbox.services.intake import polling

log = logging.getLogger(__name__)

POLL_SECONDS = 20
LOOK_SECONDS = 3.0  # how soon a number that was added is collected for
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
STORE_SECONDS = 8.0  # a stop waits no longer for what is being stored
STOP_SECONDS = 0.1


class Receiver:
    """Collects until it is told to stop."""

    def __init__(self, app: Flask, look_seconds: float = LOOK_SECONDS) -> None:
        self._app = app
        self._look_seconds = look_seconds
        self._stopped = False
        self._threads: dict[int, threading.Thread] = {}
        self._wanted: frozenset[int] = frozenset()
        self._locks: dict[int, threading.Lock] = {}

    def run(self) -> None:
        """Collect until SIGTERM or SIGINT; then finish what is being stored, and return."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        while not self._stopped:
            self._look()
            self._wait(self._look_seconds)
        self._finish()

    def stop(self) -> None:
        """End soon. Safe in a signal handler."""
        self._stopped = True

    def collecting(self) -> set[int]:
        """The numbers that a thread collects for now."""
        return {number for number, thread in self._threads.items() if thread.is_alive()}

    def _look(self) -> None:
        """See which numbers there are, and have a thread for each."""
        try:
            with self._app.app_context():
                self._wanted = frozenset(polling.polled())
        except Exception as error:  # noqa: BLE001  (the database is away: look again)
            log.error("the receiver cannot see its numbers: %s", type(error).__name__)
            return
        for instance_id in self._wanted:
            thread = self._threads.get(instance_id)
            if thread is None or not thread.is_alive():
                self._start(instance_id)

    def _start(self, instance_id: int) -> None:
        self._locks[instance_id] = threading.Lock()
        thread = threading.Thread(
            target=self._collect, args=(instance_id,), name=f"number {instance_id}", daemon=True
        )
        self._threads[instance_id] = thread
        thread.start()

    def _collect(self, instance_id: int) -> None:
        """Collect for one number, one notification after the other, while it is wanted."""
        collector = polling.Collector(instance_id, self._locks[instance_id])
        failures = 0
        while not self._stopped and instance_id in self._wanted:
            try:
                with self._app.app_context():
                    collector.collect(POLL_SECONDS)
                failures = 0
            except Exception as error:  # noqa: BLE001  (one number must not stop the others)
                failures += 1
                _say(instance_id, error, failures)
                self._wait(backoff(failures))

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopped and time.monotonic() < until:
            time.sleep(STOP_SECONDS)

    def _finish(self) -> None:
        """Wait for what is being stored. A thread that only waits for news is left where it is."""
        until = time.monotonic() + STORE_SECONDS
        for lock in self._locks.values():
            lock.acquire(timeout=max(0.0, until - time.monotonic()))
        with self._app.app_context():
            db.engine.dispose()


def backoff(failures: int, pick: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds to wait after so many failures in a row: twice as long each time, up to a minute,
    and never for two numbers the same."""
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures, 10))
    return pick(ceiling / 2, ceiling)


def _say(instance_id: int, error: Exception, failures: int) -> None:
    """One line for each trouble, not one for each attempt. Errors of ours hold no token."""
    if failures == 1:
        what = getattr(error, "code", "") or type(error).__name__
        log.warning("collecting for instance row %d fails (%s); trying again", instance_id, what)
