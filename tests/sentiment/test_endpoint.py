"""The analyser that asks a model: a real server that is slow, broken, gone or talks nonsense."""

import json
import logging
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inbox.sentiment import NoReading, OpenAiCompatible, Reading
from inbox.sentiment.breaker import FIRST_REST, Breaker
from tests.sentiment.endpoint_server import GOOD, Endpoint

KEY = "sk-very-secret"
TEXT = "Room 304, where are my towels? Call me on +44 7700 900318, ana@example.com"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server


def model(endpoint: Endpoint, seconds: float = 1.0) -> OpenAiCompatible:
    return OpenAiCompatible(endpoint.url, KEY, "deepseek-chat", seconds=seconds)


def test_one_short_question_and_a_checked_answer(endpoint: Endpoint) -> None:
    reading = model(endpoint).read(TEXT)
    assert reading == Reading(-0.8, "upset", "asks for the third time", "deepseek-chat")
    (asked,) = endpoint.asked
    assert asked["path"] == "/v1/chat/completions"
    assert endpoint.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert asked["messages"][1]["content"] == "Room 304, where are my towels? Call me on +…, …"


def test_no_netrc_replaces_the_key(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    model(endpoint).read(TEXT)
    assert endpoint.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_a_long_text_is_cut(endpoint: Endpoint) -> None:
    model(endpoint).read("a" * 5000)
    assert len(endpoint.asked[0]["messages"][1]["content"]) == 1000


@pytest.mark.parametrize("content", [f"```json\n{json.dumps(GOOD)}\n```", json.dumps(GOOD)])
def test_an_answer_in_a_code_block_is_an_answer(endpoint: Endpoint, content: str) -> None:
    endpoint.said = content
    assert model(endpoint).read(TEXT).label == "upset"


@pytest.mark.parametrize(
    "said",
    [
        "upset",
        "",
        "{}",
        "{" * 5000 + "}" * 5000,
        [],
        {"label": "furious", "score": -1},
        {"label": "upset", "score": -7},
        {"label": "upset", "score": "much"},
        {"label": "upset", "score": None},
        {"label": "upset", "score": float("nan")},
        {"label": ["upset"], "score": 0},
    ],
)
def test_nonsense_is_no_reading(endpoint: Endpoint, said: Any) -> None:
    endpoint.said = said
    with pytest.raises(NoReading, match=r"^garbage$"):
        model(endpoint).read(TEXT)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"[]", b'{"choices": []}', b'{"choices": 3}', b"\xff"]
)
def test_an_answer_of_another_shape_is_no_reading(endpoint: Endpoint, raw: bytes) -> None:
    endpoint.raw = raw
    with pytest.raises(NoReading, match=r"^garbage$"):
        model(endpoint).read(TEXT)


def test_what_it_says_why_is_one_short_line(endpoint: Endpoint) -> None:
    endpoint.said = {"label": "upset", "score": -1, "why": "a\nb\u202e\x00 c" + "x" * 900}
    why = model(endpoint).read(TEXT).why
    assert why.startswith("a b c")
    assert len(why) == 200
    endpoint.said = {"label": "calm", "score": 0, "why": {"a": 1}}
    assert model(endpoint).read(TEXT).why == ""


@pytest.mark.parametrize(
    ("status", "reason"), [(500, "http_500"), (401, "http_401"), (307, "http_307")]
)
def test_an_error_is_no_reading_and_is_not_tried_again(
    endpoint: Endpoint, status: int, reason: str
) -> None:
    endpoint.status = status
    with pytest.raises(NoReading, match=f"^{reason}$"):
        model(endpoint).read(TEXT)
    assert len(endpoint.asked) == 1


def test_a_slow_answer_is_cut_off(endpoint: Endpoint) -> None:
    endpoint.seconds = 1.0
    assert seconds_until_no_reading(model(endpoint, 0.2)) < 0.8


def test_so_is_one_that_drips(endpoint: Endpoint) -> None:
    endpoint.drips = 30
    assert seconds_until_no_reading(model(endpoint, 0.3)) < 1.0


def test_an_endless_answer_is_cut_off(endpoint: Endpoint) -> None:
    endpoint.raw = b" " * 1_000_000
    assert seconds_until_no_reading(model(endpoint)) < 1.0


def test_nobody_there() -> None:
    asked = OpenAiCompatible("http://127.0.0.1:9/v1", KEY, "x", seconds=1)
    with pytest.raises(NoReading, match=r"^unreachable$"):
        asked.read(TEXT)


def test_who_fails_three_times_is_left_alone(endpoint: Endpoint) -> None:
    endpoint.status = 500
    asked = model(endpoint)
    for _ in range(5):
        with pytest.raises(NoReading):
            asked.read(TEXT)
    assert len(endpoint.asked) == 3
    assert asked.is_resting


def test_neither_key_nor_text_is_told(endpoint: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = model(endpoint, 0.3)
    asked.read(TEXT)
    endpoint.status = 500
    with pytest.raises(NoReading) as failure:
        asked.read(TEXT)
    assert failure.value.__context__ is None
    trace = traceback.TracebackException.from_exception(failure.value, capture_locals=True)
    told = repr(asked) + "".join(line for line in trace.format() if "test_endpoint" not in line)
    told += caplog.text
    assert "http_500" in told
    assert KEY not in told.replace("self._key", "")


def test_the_breaker_tries_one_at_a_time_after_each_rest() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] += FIRST_REST
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    now[0] += FIRST_REST
    assert not breaker.allows()
    now[0] += FIRST_REST
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def seconds_until_no_reading(asked: OpenAiCompatible) -> float:
    begun = time.monotonic()
    with pytest.raises(NoReading, match=r"^(timeout|unreachable)$"):
        asked.read(TEXT)
    return time.monotonic() - begun
