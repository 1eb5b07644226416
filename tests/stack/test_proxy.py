"""The relay of the fault tests: what it holds, loses and silences."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.stack.proxy import Direction, Proxy

SECONDS = 0.2


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A relay to somebody who says every sentence back, with its case changed."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_answer, args=(listener,), daemon=True).start()
    with Proxy() as running:
        running.target = listener.getsockname()[:2]
        yield running
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _answer(listener: socket.socket) -> None:
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(caller,), daemon=True).start()


def _talk(caller: socket.socket) -> None:
    words = b""
    with caller:
        while piece := caller.recv(100):
            words += piece
            if words.endswith(b"."):
                caller.sendall(words.swapcase())
                words = b""


@pytest.fixture
def caller(proxy: Proxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        yield connection


def said(caller: socket.socket, words: bytes) -> bytes:
    """The answer; b'' when the connection ends instead."""
    caller.sendall(words)
    try:
        return caller.recv(100)
    except ConnectionError:
        return b""


def is_silent(caller: socket.socket) -> bool:
    caller.settimeout(SECONDS)
    try:
        return caller.recv(100) is None
    except TimeoutError:
        return True
    finally:
        caller.settimeout(5)


def test_it_passes_on_what_is_said(caller: socket.socket) -> None:
    assert said(caller, b"hello.") == b"HELLO."
    assert said(caller, b"again.") == b"AGAIN."


@pytest.mark.parametrize("direction", ["requests", "answers"])
def test_what_is_held_arrives_when_it_is_released(
    proxy: Proxy, caller: socket.socket, direction: Direction
) -> None:
    proxy.hold(direction, b"send")
    assert said(caller, b"look.") == b"LOOK."
    caller.sendall(b"send.")
    proxy.wait_held()
    assert is_silent(caller)
    proxy.release()
    assert caller.recv(100) == b"SEND."


def test_an_answer_belongs_to_all_pieces_of_its_request(
    proxy: Proxy, caller: socket.socket
) -> None:
    proxy.hold("answers", b"send")
    caller.sendall(b"send ")
    assert is_silent(caller)
    caller.sendall(b"it.")
    proxy.wait_held()
    proxy.release()
    assert caller.recv(100) == b"SEND IT."


def test_what_is_lost_never_arrives(proxy: Proxy, caller: socket.socket) -> None:
    proxy.hold("requests")
    caller.sendall(b"hello.")
    proxy.wait_held()
    proxy.lose()
    assert caller.recv(100) == b""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as other:
        assert said(other, b"hello.") == b"HELLO."


def test_half_open_connections_stay_silent_and_new_ones_are_served(
    proxy: Proxy, caller: socket.socket
) -> None:
    assert said(caller, b"hello.") == b"HELLO."
    with proxy.half_open():
        caller.sendall(b"hello.")
        with socket.create_connection(("127.0.0.1", proxy.port)) as meanwhile:
            meanwhile.sendall(b"hello.")
            assert is_silent(meanwhile)
        assert is_silent(caller)
    caller.sendall(b"hello.")
    assert is_silent(caller)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as later:
        assert said(later, b"hello.") == b"HELLO."


def test_nobody_to_lead_to_is_a_closed_door(proxy: Proxy) -> None:
    proxy.target = ("127.0.0.1", 9)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as caller:
        assert said(caller, b"hello.") == b""
