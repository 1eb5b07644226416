"""Turns: a few requests work, the others wait in a row, and nobody waits for ever."""

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from inbox.request_slots import READ_FIRST, ConcurrencyLimit, RequestSlots, request_slots
from inbox.services import transaction
from inbox.vault import passwords
from tests.stack.stack import wait_until


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Row:
    """Threads that wait for a turn of `turns` one after the other, and note when they had it."""

    def __init__(self, turns: RequestSlots) -> None:
        self.turns, self.had = turns, list[str]()
        self.threads: list[threading.Thread] = []

    def join(self, name: str, *, brings: bool = False) -> None:
        def wait() -> None:
            with self.turns.slot(brings=brings):
                self.had.append(name)

        before = self.turns.waiting
        self.threads.append(in_thread(wait))
        wait_until(lambda: self.turns.waiting == before + 1, 5, "the thread to wait")

    def leave(self) -> list[str]:
        for thread in self.threads:
            thread.join(5)
        return self.had


def test_no_more_than_so_many_work_at_once_and_all_get_there() -> None:
    turns, lock = RequestSlots(at_once=2, patience=30), threading.Lock()
    now, most, done = 0, 0, 0

    def work() -> None:
        nonlocal now, most, done
        for _ in range(50):
            with turns.slot():
                with lock:
                    now += 1
                    most = max(most, now)
                with lock:
                    now -= 1
                    done += 1

    threads = [in_thread(work) for _ in range(8)]
    for thread in threads:
        thread.join(30)
    assert (most <= 2, done) == (True, 400)
    assert turns.waiting == 0
    assert turns.free == 2


def test_first_come_first_served_but_who_brings_something_goes_ahead() -> None:
    turns = RequestSlots(at_once=1, patience=30)
    row = Row(turns)
    with turns.slot():
        row.join("asks first")
        row.join("asks second")
        row.join("brings", brings=True)
        assert row.had == []
    assert row.leave() == ["brings", "asks first", "asks second"]


def test_a_turn_within_a_turn_is_the_same() -> None:
    turns = RequestSlots(at_once=1, patience=0.01)
    with turns.slot():
        with turns.slot():
            assert turns.free == 0
        assert turns.free == 0
    assert turns.free == 1


def test_who_steps_aside_lets_the_next_one_work_and_gets_a_turn_again() -> None:
    turns = RequestSlots(at_once=1, patience=30)
    row = Row(turns)
    with turns.slot():
        row.join("the next")
        with turns.released():
            assert row.leave() == ["the next"]
        assert turns.free == 0
    assert turns.free == 1


def test_without_a_turn_nobody_steps_aside() -> None:
    turns = RequestSlots(at_once=1)
    with turns.released():
        assert turns.free == 1
    assert turns.free == 1


def test_who_has_waited_too_long_works_without_a_turn() -> None:
    """Requests that hang must not lock the door for all the others."""
    turns = RequestSlots(at_once=1, patience=0.02)
    had: list[str] = []

    def work() -> None:
        with turns.slot():
            had.append("without")

    with turns.slot():
        in_thread(work).join(5)
        assert had == ["without"]
        assert turns.waiting == 0
    assert turns.free == 1


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    turns = RequestSlots(at_once=1)
    with pytest.raises(ZeroDivisionError), turns.slot():
        raise ZeroDivisionError
    assert turns.free == 1


# ---- around the application


class Reader:
    """A body that notes whether a turn was held while it came in."""

    def __init__(self, body: bytes) -> None:
        self._body, self.held = io.BytesIO(body), list[bool]()

    def read(self, size: int = -1) -> bytes:
        self.held.append(request_slots.is_held())
        return self._body.read(size)


def served(environ: dict[str, Any]) -> tuple[bool, bytes]:
    """Whether the application worked in a turn, and which body it found."""
    found: list[tuple[bool, bytes]] = []

    def application(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        found.append((request_slots.is_held(), environ["wsgi.input"].read()))
        return []

    base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}
    list(ConcurrencyLimit(application)(base | environ, lambda *_: lambda _: None))
    return found[0]


def test_a_small_body_is_read_before_the_turn() -> None:
    body = Reader(b"x" * 100)
    assert served({"CONTENT_LENGTH": "100", "wsgi.input": body}) == (True, b"x" * 100)
    assert body.held == [False]


@pytest.mark.parametrize(
    "how",
    [
        {"CONTENT_LENGTH": str(READ_FIRST + 1)},
        {"CONTENT_LENGTH": "9" * 400},
        {"CONTENT_LENGTH": "many"},
        {"CONTENT_LENGTH": "-1"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"PATH_INFO": "/socket.io/"},
    ],
)
def test_what_may_last_takes_no_turn(how: dict[str, str]) -> None:
    body = Reader(b"slowly")
    assert served(how | {"wsgi.input": body}) == (False, b"slowly")
    assert body.held == [False]


def test_every_answer_leaves_the_turns_as_they_were(app: Flask) -> None:
    client, free = app.test_client(), request_slots.free
    for path in ("/healthz", "/nowhere", "/h/nowhere/changes?since=x"):
        client.get(path)
    client.post("/api/v1/whatsapp/webhook", data=b"x" * 10)
    assert request_slots.free == free
    assert request_slots.waiting == 0


def test_a_password_is_compared_while_others_work(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    compare = PasswordHasher.verify

    def verify(hasher: PasswordHasher, stored: str, password: str) -> bool:
        held.append(request_slots.is_held())
        return compare(hasher, stored, password)

    stored = passwords.hashed("correct-horse-battery")
    monkeypatch.setattr(PasswordHasher, "verify", verify)
    with request_slots.slot():
        assert passwords.matches("correct-horse-battery", stored)
        assert not passwords.matches("wrong-horse-battery", stored)
        assert request_slots.is_held()
    assert held == [False, False]


def test_who_waits_to_write_lets_others_work() -> None:
    """A database that another holds locked must not stop those who only read."""
    free, begun = request_slots.free, list[str]()

    def write() -> None:
        with request_slots.slot(brings=True):
            begun.append("writes")
            if transaction.wait_to_write():
                transaction.one_writer.release()

    with transaction.one_writer:
        writers = [in_thread(write) for _ in range(free + 1)]
        wait_until(lambda: len(begun) == free + 1, 0.9, "each to have a turn while the others wait")
        wait_until(lambda: request_slots.free == free, 0.9, "all to step aside")
    for writer in writers:
        writer.join(5)
    assert request_slots.free == free
