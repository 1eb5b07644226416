"""The web process is killed with -9 between commit and answer, and whenever else (D2)."""

import threading
from functools import partial
from typing import Any

from tests.faults.letters import Letters
from tests.faults.replies import Replies
from tests.faults.verdict import check_numbers
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import number

KILLS = 6
CUTS = 3


def test_killed_after_the_commit_and_before_the_answer(stack: Stack, hotel: Hotel) -> None:
    """Ringing a frozen Redis keeps a worker half a second between its commit and its answer: that
    is when it dies. Green API has no 200 and delivers again."""
    letters, tries = Letters(stack, hotel), 0
    while _cut_off(stack, hotel) < CUTS:
        assert tries < 4 * CUTS, "the kills come too late"
        events = sum(row["state"] == "delivered" for row in _log(stack, hotel))
        with stack.services["valkey"].frozen():
            letters.write("447700900501@c.us", f"Is anybody there? {tries}")
            wait_until(partial(_committed, stack, hotel, events + 1), what="the commit")
            assert stack.kill9_children("web")
        stack.wait_ready()
        letters.check()
        tries += 1
    check_numbers(stack)


def _committed(stack: Stack, hotel: Hotel, events: int) -> bool:
    query = (
        "SELECT count(*) FROM webhook_event JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ?"
    )
    return number(stack, query, hotel.id_instance) >= events


def _log(stack: Stack, hotel: Hotel) -> list[dict[str, Any]]:
    return stack.simulator.webhooks(hotel.id_instance)


def _cut_off(stack: Stack, hotel: Hotel) -> int:
    """How many webhooks got no answer at first, and their 200 later."""
    codes = [[attempt["code"] for attempt in row["attempts"]] for row in _log(stack, hotel)]
    return sum(row[0] == 0 and row[-1] == 200 for row in codes)


def test_killed_again_and_again_under_a_stream_in_both_directions(
    stack: Stack, hotel: Hotel
) -> None:
    letters, replies = Letters(stack, hotel), Replies(stack, hotel)
    stop = threading.Event()

    def guests_write() -> None:
        count = 0
        while not stop.wait(0.05):
            letters.write(f"4477009006{count % 6:02}@c.us", f"letter {count}")
            count += 1

    def hotel_writes() -> None:
        count = 0
        while not stop.wait(0.05):
            replies.send(f"4477009006{count % 6:02}@c.us", f"reply {count}")
            count += 1

    streams = [threading.Thread(target=stream) for stream in (guests_write, hotel_writes)]
    for stream in streams:
        stream.start()
    try:
        _kill_at_work(stack, letters)
    finally:
        stop.set()
        for stream in streams:
            stream.join()
    stack.wait_ready()
    letters.check()
    replies.check()
    check_numbers(stack)


def _kill_at_work(stack: Stack, letters: Letters) -> None:
    """Each kill comes while messages are coming in, and the next one only after work went on."""
    stored = 0
    for kill in range(KILLS):
        wait_until(partial(letters.has, stored + 3 + kill % 3), 30, "the stream to flow")
        assert stack.kill9_children("web")
        stored = letters.stored()
