"""The worker process: RQ listening to one queue, beside it sweepers, above both a pool that
restarts.

One queue a process: a worker that listens on two can lose a job (D1), and a slow file must not
hold up a reply. The sweepers work without Redis.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any

import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_pool import ForkProcess, WorkerPool

from inbox import memory
from inbox.dispatch import workers
from inbox.jobs.app import media_rules, sentiment_model, settings
from inbox.services import sweep

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
LINES_SECONDS = 3.0
HOUSEKEEPING_SECONDS = 600.0
LEAVE_SECONDS = 30.0  # a stop waits no longer for sweeps
REDIS_REST_SECONDS = 1.0
MAINTENANCE_SECONDS = 30
HEARD_SECONDS = 30  # a connection that is open but dead is noticed within so long
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
        workers.begun(self.connection, str(job.func_name), job.args)
        with self.app.app_context():
            return super().perform_job(job, queue, execution)


class Pool(WorkerPool):
    """RQ's pool, which starts a new worker within a second when one dies."""

    def __init__(self, app: Flask, queue: str, size: int) -> None:
        self._app = app
        self._queue = queue
        connection = redis.Redis.from_url(app.config["LOBBY"].redis_url)
        super().__init__([queue], connection, num_workers=size, serializer=JSONSerializer)
        memory.settle()  # its workers are forks, which share what is not touched

    def get_worker_process(
        self, name: str, burst: bool, _sleep: float = 0, logging_level: str = "INFO"
    ) -> BaseProcess:
        return ForkProcess(target=work, args=(self._app, self._queue), name=f"worker {name}")


def work(app: Flask, queue: str) -> None:
    """Be one worker until told to stop: sweep always, answer bells while Redis is there."""
    stop, parent = Stop(), os.getppid()
    sweepers = [
        threading.Thread(target=sweep_until, args=(app, one, stop, parent), daemon=True)
        for one in _rounds(queue)
    ]
    for sweeper in sweepers:
        sweeper.start()
    try:
        _answer_bells(app, queue, stop)
    finally:
        stop.set()
        until = time.monotonic() + LEAVE_SECONDS
        for sweeper in sweepers:
            sweeper.join(timeout=max(0.0, until - time.monotonic()))


def _answer_bells(app: Flask, queue: str, stop: Stop) -> None:
    """RQ leaves its loop when Redis fails; only a signal ends ours."""

    def leave(_number: int, _frame: object) -> None:
        stop.set()

    while not stop.is_set():
        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        try:
            worker = rq_worker(app, queue, stop)
            worker.work(logging_level="WARNING")
        except (redis.RedisError, OSError) as error:
            log.warning("Redis is away (%s); sweeping goes on", type(error).__name__)
        stop.wait(REDIS_REST_SECONDS)


def rq_worker(app: Flask, queue: str, stop: Stop) -> Worker:
    """The worker of a queue; it notices a dead connection soon."""
    connection = redis.Redis.from_url(app.config["LOBBY"].redis_url)
    worker = Worker(
        [Queue(queue, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=HEARD_SECONDS,  # RQ listens for 15 seconds less, and waits 10 more for an answer
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.app, worker.stop = app, stop
    return worker


@dataclass(frozen=True)
class Round:
    """A sweep and how often it is worth its while. Each has a thread: one that waits for Green API
    must not hold up the others.
    """

    seconds: float
    sweep: Callable[[], None]


def _rounds(queue: str) -> list[Round]:
    house = Round(HOUSEKEEPING_SECONDS, sweep.keep_house)
    if queue == workers.SENDING:
        return [Round(SWEEP_SECONDS, lambda: sweep.sweep_sending(settings().send_timings)), house]
    background = Round(SWEEP_SECONDS, lambda: sweep.sweep_background(sentiment_model()))
    files = Round(SWEEP_SECONDS, lambda: sweep.sweep_files(media_rules()))
    return [background, files, Round(LINES_SECONDS, Lines()), house]


class Lines:
    """The sweep over the hotels' lines; the first one says that we were away."""

    def __init__(self) -> None:
        self._has_begun = False

    def __call__(self) -> None:
        settle = settings().send_timings.settle
        if not self._has_begun:
            sweep.begin(settle)
            self._has_begun = True
        sweep.sweep_lines(settle)


def sweep_until(app: Flask, one: Round, stop: Stop, parent: int) -> None:
    """Sweep again and again. Ends the process when its pool has died, so no orphan works on."""
    while not stop.wait(one.seconds):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            with app.app_context():
                one.sweep()
        except Exception as error:  # noqa: BLE001  (the next round tries again)
            log.error("the sweep failed with %s", type(error).__name__)
