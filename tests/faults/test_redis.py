"""Redis is a doorbell: flushed or killed at any moment, nothing is lost or doubled (D1)."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tests.faults.letters import Letters
from tests.faults.load import Load, Town
from tests.faults.replies import Replies
from tests.faults.verdict import check_numbers
from tests.stack import Hotel, Stack, wait_until
from tests.stack.desk import Desk
from tests.stack.proxy import Proxy

FLUSHES = 15
AWAY_SECONDS = 20.0  # longer than everything that we remember about Redis


@contextmanager
def traffic(letters: Letters, replies: Replies) -> Iterator[None]:
    """Guests and hotel write to each other as long as the block lasts."""
    stop = threading.Event()

    def until_stopped(write: Callable[[str, str], None]) -> None:
        count = 0
        while not stop.wait(0.06):
            write(f"4477009008{count % 4:02}@c.us", f"line {count}")
            count += 1

    streams = [
        threading.Thread(target=until_stopped, args=(write,))
        for write in (letters.write, replies.send)
    ]
    for stream in streams:
        stream.start()
    try:
        yield
    finally:
        stop.set()
        for stream in streams:
            stream.join()


def test_flushed_at_random_moments(stack: Stack, hotel: Hotel) -> None:
    letters, replies = Letters(stack, hotel), Replies(stack, hotel)
    with traffic(letters, replies):
        for _ in range(FLUSHES):
            goal = letters.stored() + random.randint(0, 4)
            wait_until(partial(letters.has, goal), 30, "the stream to flow")
            stack.flush_redis()
    letters.check()
    replies.check()
    check_numbers(stack)


def test_killed_and_started_again(stack: Stack, hotel: Hotel) -> None:
    letters, replies = Letters(stack, hotel), Replies(stack, hotel)
    with traffic(letters, replies):
        for _ in range(2):
            stack.kill9("valkey")
            letters_then, replies_then = letters.stored() + 5, replies.arrived() + 5
            wait_until(partial(letters.has, letters_then), 30, "letters without Redis")
            wait_until(partial(replies.has, replies_then), 30, "replies without Redis")
            stack.restart("valkey")
    letters.check()
    replies.check()
    check_numbers(stack)


def test_away_for_long(stack: Stack, town: Town) -> None:
    began = time.monotonic()
    stack.kill9("valkey")
    with Load(stack, town) as load:
        pass
    load.check()
    threading.Event().wait(max(0.0, began + AWAY_SECONDS - time.monotonic()))
    stack.restart("valkey")
    with Load(stack, town, lines=1) as load:
        pass
    load.check()


def test_half_open(stack: Stack, town: Town, redis_proxy: Proxy) -> None:
    """Connections are there and nothing comes back, as behind a router that has lost them."""
    with redis_proxy.half_open():
        with Load(stack, town) as load:
            pass
        load.check()
    with Load(stack, town, lines=1) as load:
        pass
    load.check()


def test_pages_are_told_without_redis_and_after_it_came_back(stack: Stack, hotel: Hotel) -> None:
    letters = Letters(stack, hotel)
    desk = Desk(stack, hotel)
    with desk.listen() as socket:

        def is_told(text: str) -> None:
            before = desk.cursor()
            letters.write("447700900900@c.us", text)
            wait_until(lambda: max(socket.seqs(), default=0) > before, what="a change signal")
            assert text in desk.changes(before)

        is_told("with Redis")
        stack.kill9("valkey")
        is_told("without Redis")
        is_told("still without")
        stack.restart("valkey")
        is_told("with Redis again")
        stack.flush_redis()
        is_told("after a flush")
