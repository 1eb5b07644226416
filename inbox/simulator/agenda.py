"""Things that happen later: one thread, one heap, no polling."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Agenda:
    """Runs short functions at their time, one after the other, on its own thread.

    A function that fails is logged by the name of its error and does not stop the others.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` in `seconds` (0 means as soon as possible, still on the agenda's thread)."""
        with self._changed:
            if self._stopped:
                return
            due = time.monotonic() + max(0.0, seconds)
            heapq.heappush(self._heap, (due, next(self._order), action))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="agenda", daemon=True)
                self._thread.start()
            self._changed.notify()

    def clear(self) -> None:
        """Forget everything that has not happened yet."""
        with self._changed:
            self._heap.clear()

    def stop(self) -> None:
        """Run nothing more; safe to call twice."""
        with self._changed:
            self._stopped = True
            self._heap.clear()
            self._changed.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while (action := self._next()) is not None:
            try:
                action()
            except Exception as error:  # noqa: BLE001 the clockwork must outlive any one step
                logger.error("a planned step failed: %s", type(error).__name__)

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopped:
                if not self._heap:
                    self._changed.wait()
                    continue
                wait = self._heap[0][0] - time.monotonic()
                if wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
        return None
