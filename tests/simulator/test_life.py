"""The demo: believable guests, who stop when nobody listens."""

import time
from collections.abc import Iterator

import pytest
import requests

from inbox.simulator import RunningSimulator, SimulatorConfig, Timing
from inbox.simulator.people import cast_for
from tests.simulator.conftest import SWITCHES, Line
from tests.simulator.listener import Listener, wait_until


@pytest.fixture
def demo(endpoint: Listener) -> Iterator[Line]:
    """A hotel with guests, a hundred times as fast as in life, that posts to the endpoint."""
    endpoint.posts.clear()
    endpoint.answers.clear()
    endpoint.dawdle = 0.0
    config = SimulatorConfig(demo=True, timing=Timing(scale=0.01))
    with RunningSimulator(config) as running:
        row = requests.get(f"{running.url}/_sim/instances", timeout=10).json()[0]
        yield Line(running.url, row["id_instance"], row["token"])


def test_six_have_written_within_the_last_forty_minutes(demo: Line, endpoint: Listener) -> None:
    demo.control("/settings", {**SWITCHES, "webhookUrl": endpoint.url})
    wait_until(lambda: len({one.body["senderData"]["sender"] for one in endpoint.posts}) >= 6)
    times = [one.body["timestamp"] for one in endpoint.posts[:6]]
    assert times == sorted(times)
    assert time.time() - 41 * 60 < times[0] < time.time() - 20 * 60
    wait_until(lambda: any("imageMessage" in str(one.body) for one in endpoint.posts))


def test_a_guest_answers_the_desk_and_then_lets_it_be(demo: Line, endpoint: Listener) -> None:
    demo.control("/settings", {**SWITCHES, "webhookUrl": endpoint.url})
    carmen = "34600123417@c.us"
    wait_until(lambda: len(_lines_of(endpoint, carmen)) == 2)
    demo.send("Somebody is on the way", carmen)
    wait_until(lambda: len(_lines_of(endpoint, carmen)) == 3)
    demo.send("Ten minutes", carmen)
    wait_until(lambda: len(_lines_of(endpoint, carmen)) == 4)
    assert _lines_of(endpoint, carmen)[3] == "quotedMessage"
    demo.send("You are welcome", carmen)
    wait_until(lambda: endpoint.kinds().count("read") >= 3)
    time.sleep(0.1)
    assert len(_lines_of(endpoint, carmen)) == 4


def test_guests_fall_silent_when_the_desk_does_and_come_back(
    demo: Line, endpoint: Listener
) -> None:
    requests.post(f"{demo.url}/_sim/timing", json={"scale": 0.00002}, timeout=10)
    demo.control("/settings", {**SWITCHES, "webhookUrl": endpoint.url})
    wait_until(lambda: len(endpoint.posts) >= 30)
    wait_until(lambda: _is_quiet(endpoint))
    assert len(endpoint.posts) <= 2 * (6 + 40)
    before = len(endpoint.posts)
    demo.send("Anything we can do?", "34600123417@c.us")
    wait_until(lambda: len(endpoint.posts) > before + 10)


def test_nobody_writes_to_a_hotel_that_does_not_listen(demo: Line) -> None:
    time.sleep(0.1)
    assert demo.control("/webhooks") == []


def test_the_cast_of_both_hotels_can_be_told_apart() -> None:
    first, second = cast_for(0), cast_for(1)
    assert len(first) == len(second) == 8
    assert len({one.chat_id for one in first + second}) == 16
    assert {"es", "en", "de", "fr", "ja", "ar", "he", "pt"} == {one.language for one in first}
    assert {one.language for one in second} >= {"hi", "it", "en"}


def _is_quiet(listener: Listener) -> bool:
    before = len(listener.posts)
    time.sleep(0.2)
    return len(listener.posts) == before


def _lines_of(listener: Listener, chat_id: str) -> list[str]:
    return [
        one.body["messageData"]["typeMessage"]
        for one in listener.posts
        if one.body["typeWebhook"] == "incomingMessageReceived"
        and one.body["senderData"]["chatId"] == chat_id
    ]
