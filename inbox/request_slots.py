"""Turns: how many requests of one process work at the same time (decision 0006).

Python runs one thread at a time. When dozens of them want to, they spend the processor on handing
it to each other: under a burst more than half of it. So a few work, and the others wait in a row,
where waiting costs nothing.
"""

import io
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2  # one works, and one more while it waits for the disk
AT_ONCE_AFAR = 4  # each waits for a database across a network with every statement
PATIENCE_SECONDS = 1.0  # then a request works without a turn: a row must never be a locked door
READ_FIRST = 64 * 1024  # bytes; a longer body takes its time to arrive, and no turn meanwhile


@dataclass(slots=True, eq=False)
class _Waiter:
    """One who waits. The lock opens when it is their turn."""

    gate: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.gate.acquire()


class RequestSlots:
    """So many at once; the others in the order they came, those who bring something before those
    who only ask. All methods may be called from any thread.
    """

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE_SECONDS) -> None:
        self.free = at_once
        self._patience = patience
        self._lock = threading.Lock()
        self._bringing: deque[_Waiter] = deque()
        self._asking: deque[_Waiter] = deque()
        self._mine = threading.local()

    def open(self, at_once: int) -> None:
        """Let so many work at the same time. Said before the first request."""
        with self._lock:
            self.free = at_once

    @property
    def waiting(self) -> int:
        """How many wait for a turn now."""
        return len(self._bringing) + len(self._asking)

    @contextmanager
    def slot(self, *, brings: bool = False) -> Iterator[None]:
        """A turn for what is done inside; within a turn, that turn."""
        if self.is_held():
            yield
            return
        self._mine.brings = brings
        self._mine.held = self._take(brings)
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give the turn to somebody else while waiting for another thread or the network inside,
        and take one again. Without a turn, nothing.
        """
        had = self.is_held()
        self._give_back()
        try:
            yield
        finally:
            if had:
                self._mine.held = self._take(self._mine.brings)

    def is_held(self) -> bool:
        """Whether this thread works in a turn."""
        return getattr(self._mine, "held", False)

    def _take(self, brings: bool) -> bool:
        """Whether it is held in the end; not for who has waited too long."""
        with self._lock:
            if self.free:
                self.free -= 1
                return True
            row = self._bringing if brings else self._asking
            place = _Waiter()
            row.append(place)
        if place.gate.acquire(timeout=self._patience):
            return True
        with self._lock:
            if place not in row:  # called in the same moment
                return True
            row.remove(place)
        return False

    def _give_back(self) -> None:
        if not self.is_held():
            return
        self._mine.held = False
        with self._lock:
            row = self._bringing or self._asking
            if row:
                row.popleft().gate.release()
            else:
                self.free += 1


request_slots = RequestSlots()


class ConcurrencyLimit:
    """Serves each ordinary request in its turn. The browsers' sockets last for hours and take
    turns for what they do; a small body is read before.
    """

    def __init__(self, behind: WSGIApplication) -> None:
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/socket.io") or not _read_body(environ):
            return self._behind(environ, start_response)
        with request_slots.slot(brings=environ["REQUEST_METHOD"] not in ("GET", "HEAD")):
            return self._behind(environ, start_response)


def _read_body(environ: WSGIEnvironment) -> bool:
    """Have the body at hand; False for one that is long, or that does not say how long it is."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return False
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) <= len(str(READ_FIRST))):
        return False
    if int(length) > READ_FIRST:
        return False
    if int(length):
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
    return True
