"""Who has not proved to speak for a number yet: they are limited earlier and harder than Green API.

An attempt costs a question to the database and the opening of a secret, more when the body names no
number. So an address, and all addresses together, have a budget of failures, and when it is used up
nobody is looked at unless they show what was accepted lately. Kept in the process: it must work
when everything else is busy, and it forgets by itself.
"""

import hashlib
import threading
import time
from dataclasses import dataclass

REFILL, DEPTH = 10.0, 100.0  # failures a second for one address, and at once
REFILL_ALL, DEPTH_ALL = 50.0, 500.0  # for all together
MOST_ADDRESSES = 10_000
MOST_REMEMBERED = 10_000
REMEMBERED_SECONDS = 24 * 3600.0


@dataclass
class Budget:
    """A bucket that fills again by `refill` a second up to `depth`."""

    refill: float
    depth: float
    left: float
    at: float

    def left_at(self, now: float) -> float:
        """How many are left at this moment; none when it is less than one."""
        return min(self.depth, self.left + (now - self.at) * self.refill)

    def spend(self, now: float) -> None:
        """Take one out; below nothing is nothing."""
        self.left, self.at = max(0.0, self.left_at(now) - 1), now


class FailedAttempts:
    """The budgets and the memory of one process. Every method is cheap and safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: dict[str, Budget] = {}
        self._all = Budget(REFILL_ALL, DEPTH_ALL, DEPTH_ALL, time.monotonic())
        self._remembered: dict[bytes, float] = {}

    def may_try(self, address: str, authorization: str | None) -> bool:
        """Whether this request is worth a look. True always for what was accepted lately."""
        now = time.monotonic()
        with self._lock:
            own = self._addresses.get(address)
            if self._all.left_at(now) >= 1 and (own is None or own.left_at(now) >= 1):
                return True
            until = self._remembered.get(_digest(authorization)) if authorization else None
            return until is not None and now < until

    def failed(self, address: str) -> None:
        """The request proved nothing."""
        now = time.monotonic()
        with self._lock:
            if address not in self._addresses and len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            own = self._addresses.setdefault(address, Budget(REFILL, DEPTH, DEPTH, now))
            own.spend(now)
            self._all.spend(now)

    def proved(self, authorization: str | None) -> None:
        """The request was accepted: who shows the same again is looked at in any case."""
        if not authorization:
            return
        with self._lock:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[_digest(authorization)] = time.monotonic() + REMEMBERED_SECONDS


def _digest(authorization: str) -> bytes:
    return hashlib.sha256(authorization.encode("utf-8", "replace")).digest()
