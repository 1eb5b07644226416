"""A relay between two processes, on which a test holds, loses or silences what is said."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from tests.stack.stack import wait_until

Direction = Literal["requests", "answers"]
HEAD = 400  # bytes of a request that say what it is about
PIECE = 65536


@dataclass(eq=False)
class _Line:
    """One connection: from the caller, and on to the one who is called.

    `about` is how the last request begins, which may come in pieces.
    """

    caller: socket.socket
    called: socket.socket
    about: bytes = b""
    is_answered: bool = True
    silent: bool = False

    def note(self, direction: Direction, piece: bytes) -> None:
        if direction == "requests":
            self.about = (b"" if self.is_answered else self.about) + piece[:HEAD]
        self.is_answered = direction == "answers"

    def close(self) -> None:
        for end in (self.caller, self.called):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # gone already
            end.close()


class Proxy:
    """`with Proxy() as proxy`: listens on `port` inside; `target` says where it leads to."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = int(self._listener.getsockname()[1])
        self.target: tuple[str, int] | Path = ("127.0.0.1", 9)
        self._condition = threading.Condition()
        self._hold: tuple[Direction, bytes] | None = None
        self._held: list[_Line] = []
        self._silent = False
        self._lines: set[_Line] = set()
        self._closed = False

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end(list(self._lines))
        self.release()

    @property
    def url(self) -> str:
        """Its address for HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def hold(self, direction: Direction, about: bytes = b"") -> None:
        """From now on keep what goes in this direction, if the request holds these bytes."""
        with self._condition:
            self._hold = (direction, about)

    def wait_held(self, count: int = 1, seconds: float = 60.0) -> None:
        """Until so many wait here."""
        wait_until(lambda: len(self._held) >= count, seconds, f"{count} held by the proxy")

    def release(self) -> None:
        """Hold nothing any more; what waited goes on its way."""
        with self._condition:
            self._hold = None
            self._held.clear()
            self._condition.notify_all()

    def lose(self) -> None:
        """Hold nothing any more; what waited never arrives, and its connections end."""
        self._end(list(self._held))
        self.release()

    @contextmanager
    def half_open(self) -> Iterator[None]:
        """Connections are taken and nothing is ever answered. Afterwards new ones are served; those
        of before stay silent for good, as behind a router that has forgotten them."""
        with self._condition:
            self._silent = True
            for line in self._lines:
                line.silent = True
        try:
            yield
        finally:
            self._silent = False

    def _end(self, lines: list[_Line]) -> None:
        for line in lines:
            line.silent = True
            line.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        try:
            called = self._reach()
        except OSError:
            caller.close()
            return
        line = _Line(caller, called, silent=self._silent)
        with self._condition:
            self._lines.add(line)
        back = threading.Thread(target=self._relay, args=(line, "answers"), daemon=True)
        back.start()
        self._relay(line, "requests")

    def _reach(self) -> socket.socket:
        if isinstance(self.target, Path):
            called = socket.socket(socket.AF_UNIX)
            try:
                called.connect(str(self.target))
            except OSError:
                called.close()
                raise
            return called
        return socket.create_connection(self.target)

    def _relay(self, line: _Line, direction: Direction) -> None:
        """Pass on what comes from one end, until an end is closed."""
        source, sink = line.caller, line.called
        if direction == "answers":
            source, sink = sink, source
        try:
            while piece := source.recv(PIECE):
                line.note(direction, piece)
                self._wait(line, direction)
                if not line.silent:
                    sink.sendall(piece)
        except OSError:
            pass  # one of the two has died, which is what this is for
        with self._condition:
            self._lines.discard(line)
        line.close()

    def _wait(self, line: _Line, direction: Direction) -> None:
        with self._condition:
            if self._hold is None or self._hold[0] != direction or self._hold[1] not in line.about:
                return
            self._held.append(line)
            self._condition.wait_for(lambda: line not in self._held)
