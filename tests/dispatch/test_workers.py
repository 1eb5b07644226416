"""Jobs: requested once while nobody has begun them, anew afterwards, missed for seconds at most."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from inbox import create_app
from inbox.config import ROOT, Settings
from inbox.dispatch import announcements, browsers, workers
from inbox.dispatch.link import link
from inbox.jobs import worker as jobs_worker
from inbox.services.intake import downloads
from inbox.supervisor import valkey
from tests.stack.processes import Service
from tests.stack.stack import wait_until


@pytest.fixture
def client(tmp_path: Path) -> Iterator[redis.Redis]:
    """A real Valkey that the link leads to."""
    settings = Settings.from_env({"LOBBY_DATA": str(tmp_path)})
    command = ["/bin/sh", "-c", valkey.command(settings)]
    service = Service("valkey", command, dict(os.environ), tmp_path / "log")
    service.start(ROOT)
    link.bind(settings.redis_url)
    try:
        wait_until(lambda: settings.valkey_socket.exists(), 10, "Valkey")
        yield link.client
    finally:
        link.client.close()
        service.stop()


def waiting(client: redis.Redis, bell: workers.JobKind) -> int:
    return Queue(bell.queue, connection=client, serializer=JSONSerializer).count


def test_a_job_that_nobody_has_begun_is_not_requested_again(client: redis.Redis) -> None:
    for _ in range(20):
        announcements.wake(workers.SEND, 1)
    announcements.wake(workers.SEND, 2)
    assert waiting(client, workers.SEND) == 2


def test_who_rings_after_the_answer_is_heard(client: redis.Redis) -> None:
    announcements.wake(workers.SEND, 1)
    workers.begun(client, workers.SEND.job, (1,))
    announcements.wake(workers.SEND, 1)
    assert waiting(client, workers.SEND) == 2


def test_a_bell_lost_with_its_worker_is_silent_only_for_seconds(client: redis.Redis) -> None:
    announcements.wake(workers.SEND, 1)
    (key,) = client.keys("lobby:requested:*")
    assert 0 < int(client.ttl(key)) <= workers.REQUESTED_SECONDS


def test_a_silent_redis_is_no_error(tmp_path: Path) -> None:
    link.bind(f"unix://{tmp_path}/nobody.sock")
    announcements.wake(workers.SEND, 1)


def test_an_announcement_signals_every_hotel_and_requests_every_job_once(
    client: redis.Redis,
) -> None:
    pubsub = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    pubsub.subscribe(browsers.CHANNEL)
    wait_until(lambda: client.pubsub_numsub(browsers.CHANNEL)[0][1], 10, "the subscription")
    rings = [workers.JobRequest(workers.READ_SENTIMENT, ()), workers.JobRequest(workers.SEND, (1,))]
    announcements.announce({1, 2}, rings)
    announcements.announce({3}, rings)
    heard: set[int] = set()

    def all_are_heard() -> bool:
        if told := pubsub.get_message(timeout=0.1):
            heard.update(map(int, told["data"].split(b",")))
        return heard == {1, 2, 3}

    wait_until(all_are_heard, 10, "the change signals")
    assert waiting(client, workers.READ_SENTIMENT) == waiting(client, workers.SEND) == 1


def test_a_bell_is_a_job_that_rq_knows(client: redis.Redis) -> None:
    announcements.wake(workers.SEND, 7)
    queue = Queue(workers.SENDING, connection=client, serializer=JSONSerializer)
    (job,) = queue.jobs
    assert (job.func_name, list(job.args)) == (workers.SEND.job, [7])
    assert (job.timeout, job.failure_ttl, job.result_ttl) == (120, 3600, 0)
    assert job.get_status() == "queued"


@pytest.mark.parametrize("bell", [workers.UPLOAD, workers.FETCH_MEDIA])
def test_a_file_on_a_slow_line_is_not_broken_off_by_rq(
    client: redis.Redis, bell: workers.JobKind
) -> None:
    announcements.wake(bell, 7)
    (job,) = Queue(bell.queue, connection=client, serializer=JSONSerializer).jobs
    assert (job.timeout or 0) > downloads.LONGEST


def test_a_worker_notices_a_dead_connection_soon(client: redis.Redis, tmp_path: Path) -> None:
    settings = Settings.from_env({"LOBBY_DATA": str(tmp_path)})
    worker = jobs_worker.rq_worker(create_app(settings), workers.SENDING, jobs_worker.Stop())
    listening = worker.connection.connection_pool.connection_kwargs["socket_timeout"]
    assert worker.dequeue_timeout < listening <= jobs_worker.HEARD_SECONDS
