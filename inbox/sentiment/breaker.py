"""A circuit breaker: who fails again and again is left alone for a while."""

import threading
import time
from collections.abc import Callable

FAILURES = 3
FIRST_REST, LONGEST_REST = 30.0, 600.0  # seconds; doubled each time it fails after a rest


class Breaker:
    """Kept in the process: each worker finds out for itself, after three failures at most."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = FIRST_REST
        self._rests_until = 0.0

    def is_open(self) -> bool:
        """Whether it rests."""
        return self._now() < self._rests_until

    def allows(self) -> bool:
        """Whether to try. After a rest, one caller tries while the others still wait."""
        with self._lock:
            if self._now() < self._rests_until:
                return False
            if self._failures >= FAILURES:
                self._rests_until = self._now() + self._rest
            return True

    def succeeded(self) -> None:
        """It answers: all is forgotten."""
        with self._lock:
            self._failures, self._rest, self._rests_until = 0, FIRST_REST, 0.0

    def failed(self) -> None:
        """One more failure; from the third on it rests, longer each time."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rests_until = self._now() + self._rest
                self._rest = min(self._rest * 2, LONGEST_REST)
