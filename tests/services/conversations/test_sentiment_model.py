"""A model that reads sentiment: what it is asked, how often, and who reads when it fails."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from inbox import clock
from inbox.models import Conversation, Sentiment
from inbox.sentiment import OpenAiCompatible
from inbox.services.conversations import sentiment
from inbox.services.transaction import transaction
from tests.cast.desk import change
from tests.cast.people import Cast
from tests.cast.readings import ANGRY, FIRE, read
from tests.cast.rows import row_of
from tests.sentiment.endpoint_server import Endpoint

Writes = Callable[..., Conversation]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server


def model(endpoint: Endpoint, hourly: int = 200) -> sentiment.Model:
    return sentiment.Model(OpenAiCompatible(endpoint.url, "sk-secret", "tiny", seconds=0.5), hourly)


def test_the_model_reads_instead_when_there_is_one(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", "This is not what I call a holiday")
    reading = read("A1", model(endpoint))
    assert (reading.label, reading.analyser, reading.why) == (
        "upset",
        "tiny",
        "asks for the third time",
    )


def test_danger_needs_no_model(cast: Cast, guest_writes: Writes, endpoint: Endpoint) -> None:
    guest_writes("A1", FIRE)
    assert read("A1", model(endpoint)).analyser == "danger-words-1"
    assert endpoint.asked == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"raw": b"?"}, {"seconds": 0.8}])
def test_a_model_that_fails_is_asked_once_and_replaced(
    cast: Cast,
    guest_writes: Writes,
    endpoint: Endpoint,
    fault: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in fault.items():
        setattr(endpoint, name, value)
    guest_writes("A1", ANGRY)
    reading = read("A1", model(endpoint))
    assert (reading.label, reading.analyser) == ("upset", "lobby-words-1 (no answer)")
    assert len(endpoint.asked) == 1
    assert "Unacceptable" not in caplog.text
    assert "sk-secret" not in caplog.text


def test_a_model_that_is_gone_is_replaced(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", ANGRY)
    gone = sentiment.Model(OpenAiCompatible("http://127.0.0.1:9", "k", "gone"), 200)
    assert read("A1", gone).label == "upset"


def test_ours_reads_what_the_model_cannot(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    endpoint.said = {"label": "unknown", "score": 0, "why": ""}
    guest_writes("A1", ANGRY)
    assert read("A1", model(endpoint)).label == "upset"


def test_the_hourly_budget_is_each_hotels_own_and_counts_failures(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    asked = model(endpoint, hourly=2)
    for number in range(4):
        endpoint.status = 500 if number == 0 else 200
        guest_writes(f"A{number}", f"Hello {number}")
        read(f"A{number}", asked)
    assert len(endpoint.asked) == 2
    with transaction() as work:
        work.session.execute(update(Sentiment).values(at=clock.now() - timedelta(minutes=61)))
    guest_writes("A9", "Hello again")
    read("A9", asked)
    assert len(endpoint.asked) == 3


def test_old_news_is_not_worth_a_model(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", ANGRY)
    change(row_of("A1").id, recovered=True)
    guest_writes("A2", ANGRY)
    change(row_of("A2").id, analyse_at=clock.now() - timedelta(minutes=1))
    assert {read(one, model(endpoint)).analyser for one in ("A1", "A2")} == {"lobby-words-1"}
    assert endpoint.asked == []


def test_who_is_being_asked_about_is_not_asked_about_twice(
    cast: Cast, guest_writes: Writes, endpoint: Endpoint
) -> None:
    guest_writes("A1", ANGRY)
    (task,) = sentiment.waiting(clock.now())
    assert sentiment.claim(task)
    assert sentiment.read_all(model(endpoint)) == 0
    assert endpoint.asked == []
    assert not sentiment.claim(task)
