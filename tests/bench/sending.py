"""How fast replies go out over twenty numbers, how soon after Enter, and what a kill -9 costs."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench import plain
from tests.bench.load import Answer, Client, Request, at_rate, percentile
from tests.bench.report import heading, ms, row
from tests.faults import checkers
from tests.faults.history import Chat
from tests.faults.verdict import phones, rows
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, number
from tests.stack.desk import Desk

HOTELS, GUESTS = 20, 10
OFFERED, SECONDS = 60.0, 60.0  # above what is expected, so that the engine is the limit
STEADY, STEADY_SECONDS = 1000 / 60, 30.0
SHARE_OF_429 = 0.05
DRAIN_SECONDS = 240.0
Make = Callable[[int], Request]


def measure(stack: Stack) -> None:
    """Print the figures."""
    stack.simulator.set_timing(scale=0.2)
    hotels = stack.add_hotels(*(f"sending-{n}" for n in range(HOTELS)))
    _let_guests_write(stack, hotels)
    _latency(stack, hotels)
    _recovery(stack, hotels)
    _throughput(stack, hotels)
    plain.measure(stack)


def chat_of(guest: int) -> str:
    """The chat id of one of the benchmark's guests."""
    return f"4479000{guest:05}@c.us"


def _let_guests_write(stack: Stack, hotels: list[Hotel]) -> None:
    """So that nobody is a stranger, and every chat has its thread."""
    for hotel in hotels:
        for guest in range(GUESTS):
            stack.simulator.write(hotel.id_instance, chat_of(guest), text="Hello")
    wanted = HOTELS * GUESTS
    count = "SELECT count(*) FROM conversation WHERE chat_id LIKE '4479000%'"
    wait_until(lambda: number(stack, count) == wanted, 60, "the guests' threads")


def _latency(stack: Stack, hotels: list[Hotel]) -> None:
    """From Enter to the moment at which the simulator has accepted the message."""
    enter = _people(stack, hotels, "enter")
    offset = time.time() - time.monotonic()
    answers = _run(stack, STEADY, STEADY_SECONDS, enter)
    _wait_for_queue(stack)
    accepted = _accepted_at(stack, hotels)
    due = {f"enter-{n}": answer.due + offset for n, answer in enumerate(answers)}
    seconds = [accepted[text] - at for text, at in due.items() if text in accepted]
    heading(f"Replies: {STEADY * 60:.0f} a minute for {STEADY_SECONDS:.0f} s, {HOTELS} numbers")
    pair = f"{ms(percentile(seconds, 0.5))} / {ms(percentile(seconds, 0.99))}"
    row("Enter to accepted by the provider, p50 / p99", pair)
    row("accepted", f"{len(seconds)} of {len(answers)}")


def _recovery(stack: Stack, hotels: list[Hotel]) -> None:
    """The same load; the sending worker is killed in the middle of it."""
    killed: list[float] = []

    async def kill() -> None:
        await asyncio.sleep(8)
        killed.append(time.time())
        stack.kill9_children("sending")

    answers = _run(stack, STEADY, 20, _people(stack, hotels, "killed"), kill())
    _wait_for_queue(stack)
    accepted = _accepted_at(stack, hotels)
    after = sorted(at for text, at in accepted.items() if "killed-" in text and at > killed[0])
    sent = [text for text in accepted if "killed-" in text]
    heading("kill -9 of the sending worker under that load")
    row("until the next message is accepted", f"{after[0] - killed[0]:.2f} s")
    row("accepted in the end", f"{len(sent)} of {len(answers)}")


def _throughput(stack: Stack, hotels: list[Hotel]) -> None:
    """Programs offer more than goes through; a twentieth of the calls is answered with 429."""
    for hotel in hotels:
        fault = {"probability": SHARE_OF_429, "methods": ["sendMessage"]}
        stack.simulator.faults(hotel.id_instance, rate_limit=fault)
    begun = time.time()
    answers = _run(stack, OFFERED, SECONDS, _programs(hotels, "bulk"))
    window = time.time() - begun
    accepted = {t: at for t, at in _accepted_at(stack, hotels).items() if t.startswith("bulk-")}
    in_time = [at for at in accepted.values() if at <= begun + window]
    _wait_for_queue(stack)
    _wait_for_ticks(stack)
    for hotel in hotels:
        stack.simulator.clear_faults(hotel.id_instance)
    heading(
        f"Messages of programs: {OFFERED * 60:.0f} a minute offered, 5 % of calls refused (429)"
    )
    row("accepted a minute", f"{len(in_time) / window * 60:.0f}")
    row("requests refused by us", str(sum(answer.status >= 400 for answer in answers)))
    row("most calls of one number within a second", str(_most_in_a_second(stack, hotels)))
    arrived = phones(stack, hotels)
    found = rows(stack, hotels)
    asked: dict[Chat, list[str]] = {}
    for one in found:
        asked.setdefault(one.chat, []).append(one.text)
    row("lost", str(len(checkers.lost(asked, arrived, found))))
    row("doubled", str(len(checkers.doubled(asked, arrived))))
    row("chats out of order", str(len(checkers.reordered(asked, arrived))))
    row("rows that do not agree with the phones", str(len(checkers.disagreeing(found, arrived))))


def _people(stack: Stack, hotels: list[Hotel], name: str) -> Make:
    """Somebody at every hotel's desk who presses Enter, chat after chat."""
    desks = {hotel.slug: Desk(stack, hotel) for hotel in hotels}
    threads = {
        (slug, chat): conversation
        for slug, chat, conversation in ask(
            stack,
            "SELECT slug, chat_id, conversation.id FROM conversation"
            " JOIN hotel ON hotel.id = conversation.hotel_id WHERE chat_id LIKE '4479000%'",
        )
    }

    def make(n: int) -> Request:
        hotel = hotels[n % HOTELS]
        desk = desks[hotel.slug]
        thread = threads[hotel.slug, chat_of(n // HOTELS % GUESTS)]
        form = {
            "csrf_token": desk.csrf,
            "body": f"{name}-{n}",
            "client_ref": f"{name}-{uuid4()}",
            "quoted": "",
        }
        cookie = "; ".join(f"{one.name}={one.value}" for one in desk.session.cookies)
        headers = (
            ("Cookie", cookie),
            ("HX-Request", "true"),
            ("Referer", f"{stack.url}/h/{hotel.slug}/"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        )
        path = f"/h/{hotel.slug}/c/{thread}/reply"
        return Request("POST", path, headers, urlencode(form).encode())

    return make


def _programs(hotels: list[Hotel], name: str) -> Make:
    """A system of every hotel, over the JSON API."""

    def make(n: int) -> Request:
        hotel = hotels[n % HOTELS]
        body = {
            "chat_id": chat_of(n // HOTELS % GUESTS),
            "message": f"{name}-{n}",
            "client_ref": f"{name}-{n}",
        }
        headers = (
            ("Authorization", f"Bearer {hotel.api_token}"),
            ("Content-Type", "application/json"),
        )
        return Request("POST", "/api/v1/whatsapp/send", headers, json.dumps(body).encode())

    return make


def _run(
    stack: Stack,
    rate: float,
    seconds: float,
    make: Make,
    beside: Coroutine[Any, Any, None] | None = None,
) -> list[Answer]:
    async def run() -> list[Answer]:
        client = Client(stack.port)
        other = asyncio.create_task(beside) if beside else None
        answers = await at_rate(client, rate, seconds, make)
        if other:
            await other
        client.close()
        return answers

    return asyncio.run(run())


def _wait_for_queue(stack: Stack) -> None:
    waiting = "SELECT count(*) FROM message WHERE status IN ('queued', 'sending', 'unconfirmed')"
    wait_until(lambda: number(stack, waiting) == 0, DRAIN_SECONDS, "the outbox to be empty")


def _wait_for_ticks(stack: Stack) -> None:
    open_ticks = "SELECT count(*) FROM message WHERE status IN ('accepted', 'sent', 'delivered')"
    wait_until(lambda: number(stack, open_ticks) == 0, DRAIN_SECONDS, "every tick")


def _accepted_at(stack: Stack, hotels: list[Hotel]) -> dict[str, float]:
    """When the simulator accepted each text, by the clock."""
    return {
        message["text"]: message["accepted_at"]
        for hotel in hotels
        for message in stack.simulator.received(hotel.id_instance)
    }


def _most_in_a_second(stack: Stack, hotels: list[Hotel]) -> int:
    """The pace that was kept: no number may be called more than fifty times a second."""
    most = 0
    for hotel in hotels:
        times = sorted(one["accepted_at"] for one in stack.simulator.received(hotel.id_instance))
        first = 0
        for last, at in enumerate(times):
            while times[first] <= at - 1:
                first += 1
            most = max(most, last - first + 1)
    return most
