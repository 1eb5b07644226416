"""How fast a webhook is answered, beside an empty route of the same server and a bare insert of the
same bytes into the same kind of database."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.guests import Writer, open_hotels
from tests.bench.load import Answer, Client, Request, at_rate, percentile
from tests.bench.report import heading, ms, row
from tests.stack.stack import Hotel, Stack

HOTELS = 20
STEADY_RATE, STEADY_SECONDS = 50, 20.0
RATES = tuple(round(200 * 1.1**step) for step in range(30))  # to 3,173
TRIES = 2  # the disk of a shared machine has bad moments
STEP_SECONDS = 5.0
LATE_SECONDS = 1.0  # a rate is sustained when no answer is later than this
EMPTY = Request("GET", "/healthz")


def measure(stack: Stack, folder: Path) -> list[Hotel]:
    """Print the figures; returns the hotels that were opened for them."""
    hotels = open_hotels(stack, HOTELS)
    writer = Writer(hotels, 200, "steady")
    heading(f"Webhooks: {HOTELS} hotels, {STEADY_RATE} a second for {STEADY_SECONDS:.0f} s")
    steady = _run(stack, STEADY_RATE, STEADY_SECONDS, writer.webhook)
    _latency("webhook, POST to 200", steady)
    empty = _run(stack, STEADY_RATE, 5, lambda _: EMPTY)
    _latency("empty route of the same server", empty)
    insert = _bare_inserts(folder / "bare.db", writer.webhook(0).body)
    row("bare durable insert of the same bytes, p50 / p99", _pair(insert))

    heading("The highest rate without an error or an answer later than a second")
    hook_rate = _highest(stack, lambda run: Writer(hotels, 200, f"burst{run}").webhook)
    empty_rate = _highest(stack, lambda _: lambda _: EMPTY)
    row("webhook", f"{hook_rate} a second")
    row("empty route of the same server", f"{empty_rate} a second")
    row(
        "bare durable inserts, one after another", f"{1 / (sum(insert) / len(insert)):.0f} a second"
    )
    row("webhook, as a share of the empty route", f"{hook_rate / max(empty_rate, 1):.0%}")
    return hotels


def _run(stack: Stack, rate: float, seconds: float, make: Callable[[int], Request]) -> list[Answer]:
    async def run() -> list[Answer]:
        client = Client(stack.port)
        answers = await at_rate(client, rate, seconds, make)
        client.close()
        return answers

    return asyncio.run(run())


def _latency(what: str, answers: list[Answer]) -> None:
    bad = [answer for answer in answers if answer.status != 200]
    row(f"{what}, p50 / p99", _pair([answer.seconds for answer in answers]))
    row(f"{what}, errors", f"{len(bad)} of {len(answers)}")


def _pair(seconds: list[float]) -> str:
    return f"{ms(percentile(seconds, 0.5))} / {ms(percentile(seconds, 0.99))}"


def _highest(stack: Stack, requests_of: Callable[[str], Callable[[int], Request]]) -> int:
    """The last of the rising rates that is sustained. `requests_of` makes each run's own."""
    best = 0
    for rate in RATES:
        runs = (requests_of(f"{rate}.{run}") for run in range(TRIES))
        if not any(_is_sustained(stack, rate, make) for make in runs):
            break
        best = rate
    return best


def _is_sustained(stack: Stack, rate: int, make: Callable[[int], Request]) -> bool:
    answers = _run(stack, rate, STEP_SECONDS, make)
    late = max(answer.seconds for answer in answers)
    return late <= LATE_SECONDS and all(answer.status == 200 for answer in answers)


def _bare_inserts(path: Path, body: bytes, count: int = 500) -> list[float]:
    """One row, one commit, on the disk: the least that any durable intake does."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body BLOB)")
    seconds = []
    for _ in range(count):
        start = time.monotonic()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO event (body) VALUES (?)", (body,))
        connection.execute("COMMIT")
        seconds.append(time.monotonic() - start)
    connection.close()
    return seconds
