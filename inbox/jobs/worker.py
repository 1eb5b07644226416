"""The worker process: RQ listening to one queue, beside it a sweeper, above both a pool that
restarts.

One queue a process: a worker that listens on two can lose a job (D1), and a slow file must not
hold up a reply. The sweeper works without Redis.
"""

import logging
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess
from typing import Any

import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_pool import ForkProcess, WorkerPool

from inbox.dispatch import workers
from inbox.jobs.app import media_rules, mood_model, patience
from inbox.services import sweep

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
LINES_SECONDS = 3.0
HOUSEKEEPING_SECONDS = 600.0
REDIS_REST_SECONDS = 1.0
MAINTENANCE_SECONDS = 30
STOP_SECONDS = 0.1  # how soon a thread notices that it should end


class Stop:
    """The wish to end, said by signal handlers and heard by every thread.

    No `threading.Event`: its lock, taken in a signal handler that interrupted the same lock's
    holder (a second signal does), is never given back and the worker would hang.
    """

    def __init__(self) -> None:
        self._said = False

    def set(self) -> None:
        """End soon."""
        self._said = True

    def is_set(self) -> bool:
        """Whether it was said."""
        return self._said

    def wait(self, seconds: float) -> bool:
        """Sleep for so long, or until it is said; whether it was."""
        until = time.monotonic() + seconds
        while not self._said and time.monotonic() < until:
            time.sleep(STOP_SECONDS)
        return self._said


class Worker(SimpleWorker):
    """Runs each job in this process, inside an application context of its own."""

    app: Flask
    stop: Stop
    max_connection_wait_time = REDIS_REST_SECONDS

    def request_stop(self, signum: Any, frame: Any) -> None:
        """A signal ends the work. Said here too: RQ forgets it when Redis is away or no job
        runs.
        """
        self.stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        workers.answered(self.connection, str(job.func_name), job.args)
        with self.app.app_context():
            return super().perform_job(job, queue, execution)


class Pool(WorkerPool):
    """RQ's pool, which starts a new worker within a second when one dies."""

    def __init__(self, app: Flask, queue: str, size: int) -> None:
        self._app = app
        self._queue = queue
        connection = redis.Redis.from_url(app.config["LOBBY"].redis_url)
        super().__init__([queue], connection, num_workers=size, serializer=JSONSerializer)

    def get_worker_process(
        self, name: str, burst: bool, _sleep: float = 0, logging_level: str = "INFO"
    ) -> BaseProcess:
        return ForkProcess(target=work, args=(self._app, self._queue), name=f"worker {name}")


def work(app: Flask, queue: str) -> None:
    """Be one worker until told to stop: sweep always, answer bells while Redis is there."""
    stop = Stop()
    sweeper = threading.Thread(
        target=sweep_until, args=(app, queue, stop, os.getppid()), name="sweeper", daemon=True
    )
    sweeper.start()
    try:
        _answer_bells(app, queue, stop)
    finally:
        stop.set()
        sweeper.join(timeout=30)


def _answer_bells(app: Flask, queue: str, stop: Stop) -> None:
    """RQ leaves its loop when Redis fails; only a signal ends ours."""

    def leave(_number: int, _frame: object) -> None:
        stop.set()

    while not stop.is_set():
        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        try:
            worker = _worker(app, queue, stop)
            worker.work(logging_level="WARNING")
        except (redis.RedisError, OSError) as error:
            log.warning("Redis is away (%s); sweeping goes on", type(error).__name__)
        stop.wait(REDIS_REST_SECONDS)


def _worker(app: Flask, queue: str, stop: Stop) -> Worker:
    connection = redis.Redis.from_url(app.config["LOBBY"].redis_url)
    worker = Worker(
        [Queue(queue, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.app, worker.stop = app, stop
    return worker


def sweep_until(app: Flask, queue: str, stop: Stop, parent: int) -> None:
    """Sweep about once a second. Ends the process when its pool has died, so no orphan works on."""
    sweeper = Sweeper(queue)
    while not stop.wait(SWEEP_SECONDS):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            with app.app_context():
                sweeper.sweep()
        except Exception as error:  # noqa: BLE001  (the next second tries again)
            log.error("the sweep failed with %s", type(error).__name__)


class Sweeper:
    """One queue's sweeps, each as often as it is worth."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._has_begun = False
        self._saw_lines = self._kept_house = time.monotonic()

    def sweep(self) -> None:
        """Everything that is due by now."""
        now = time.monotonic()
        if self._queue == workers.SENDING:
            sweep.sweep_sending(patience())
        else:
            sweep.sweep_background(media_rules(), mood_model())
            self._see_lines(now)
        if now - self._kept_house > HOUSEKEEPING_SECONDS:
            self._kept_house = now
            sweep.keep_house()

    def _see_lines(self, now: float) -> None:
        settle = patience().settle
        if not self._has_begun:
            sweep.begin(settle)
            self._has_begun = True
        if now - self._saw_lines > LINES_SECONDS:
            self._saw_lines = now
            sweep.sweep_lines(settle)
