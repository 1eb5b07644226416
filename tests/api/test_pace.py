"""How often a hotel's programs may call (P23), with Redis and while it is away."""

import dataclasses
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask

from inbox.config import ROOT, Settings
from inbox.extensions import limiter
from inbox.services.hotels import api_tokens
from inbox.supervisor import valkey
from tests.cast.people import Cast
from tests.cast.program import Program
from tests.cast.webhooks import assert_error
from tests.stack.processes import Service
from tests.stack.stack import wait_until

Allow = Callable[[int], None]


@pytest.fixture
def allow(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Allow:
    """Let a hotel's programs call so often a minute."""
    monkeypatch.setattr(limiter, "enabled", True)

    def set_to(rate: int) -> None:
        settings: Settings = app.config["LOBBY"]
        app.config["LOBBY"] = dataclasses.replace(settings, api_rate=rate)

    return set_to


@pytest.fixture
def counts(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """A real Valkey where this application looks for one. That tests before had none is forgotten,
    as it would be in a process of its own.
    """
    monkeypatch.setattr(limiter, "_storage_dead", False)
    settings: Settings = app.config["LOBBY"]
    command = ["/bin/sh", "-c", valkey.command(settings)]
    service = Service("valkey", command, dict(os.environ), tmp_path / "valkey")
    service.start(ROOT)
    client = redis.Redis.from_url(settings.redis_url)
    try:
        wait_until(lambda: settings.valkey_socket.exists(), 10, "Valkey")
        yield client
    finally:
        client.close()
        service.stop()


def test_all_web_processes_count_together(
    counts: redis.Redis, program: Program, allow: Allow
) -> None:
    allow(2)
    assert program.get(1).status_code == 404
    (key,) = counts.keys("*hotel:*")
    counts.incr(key)  # another process let one through
    assert_error(program.get(1), 429, "too_many_requests")
    counts.flushall()
    assert program.get(1).status_code == 404


def test_redis_that_dies_in_between_keeps_nobody_out(
    counts: redis.Redis, program: Program, allow: Allow
) -> None:
    allow(2)
    assert program.get(1).status_code == 404
    counts.shutdown(nosave=True)
    assert [program.get(1).status_code for _ in range(3)] == [404, 404, 429]


def test_above_the_limit_it_is_429_and_says_when_to_come_back(
    program: Program, allow: Allow
) -> None:
    allow(3)
    for _ in range(3):
        assert program.get(1).status_code == 404
    answer = program.send()
    assert_error(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert "Retry-After" in answer.json["error"]["message"]


def test_all_tokens_and_calls_of_a_hotel_count_together(
    program: Program, cast: Cast, allow: Allow
) -> None:
    allow(2)
    another = Program(program.client, api_tokens.add(cast.slug, "another"))
    assert program.send().status_code == 202
    assert another.list(client_ref="x").status_code == 200
    assert_error(program.get(1), 429, "too_many_requests")
    assert_error(another.get(1), 429, "too_many_requests")


def test_the_other_hotel_notices_nothing(program: Program, stranger: Program, allow: Allow) -> None:
    allow(1)
    for _ in range(3):
        last = program.get(1)
    assert last.status_code == 429
    assert stranger.send().status_code == 202


def test_who_shows_no_token_uses_up_nobodys(program: Program, allow: Allow) -> None:
    allow(1)
    for _ in range(5):
        assert_error(Program(program.client, "wrong").get(1), 401, "unauthorized")
    assert program.send().status_code == 202


def test_nought_is_no_limit(program: Program, allow: Allow) -> None:
    allow(0)
    assert {program.get(1).status_code for _ in range(5)} == {404}


def test_the_minute_over_it_goes_on(
    program: Program, allow: Allow, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(1)
    program.get(1)
    assert program.get(1).status_code == 429
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert program.get(1).status_code == 404


def test_green_api_is_not_a_program(program: Program, allow: Allow) -> None:
    allow(1)
    program.get(1)
    assert program.get(1).status_code == 429
    answer = program.client.post("/api/v1/whatsapp/webhook", json={})
    assert answer.status_code == 401
