"""Bells: rung once while nobody has answered, heard anew afterwards, silent for seconds at most."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from inbox.config import ROOT, Settings
from inbox.dispatch import workers
from inbox.dispatch.link import link
from inbox.supervisor import valkey
from tests.stack.processes import Service
from tests.stack.stack import wait_until


@pytest.fixture
def bells(tmp_path: Path) -> Iterator[redis.Redis]:
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


def waiting(client: redis.Redis, bell: workers.Bell) -> int:
    return Queue(bell.queue, connection=client, serializer=JSONSerializer).count


def test_a_bell_that_nobody_answered_is_not_rung_again(bells: redis.Redis) -> None:
    for _ in range(20):
        workers.ring(workers.SEND, 1)
    workers.ring(workers.SEND, 2)
    assert waiting(bells, workers.SEND) == 2


def test_who_rings_after_the_answer_is_heard(bells: redis.Redis) -> None:
    workers.ring(workers.SEND, 1)
    workers.answered(bells, workers.SEND.job, (1,))
    workers.ring(workers.SEND, 1)
    assert waiting(bells, workers.SEND) == 2


def test_a_bell_lost_with_its_worker_is_silent_only_for_seconds(bells: redis.Redis) -> None:
    workers.ring(workers.SEND, 1)
    (key,) = bells.keys("lobby:rung:*")
    assert 0 < int(bells.ttl(key)) <= workers.RUNG_SECONDS


def test_a_silent_redis_is_no_error(tmp_path: Path) -> None:
    link.bind(f"unix://{tmp_path}/nobody.sock")
    workers.ring(workers.SEND, 1)
