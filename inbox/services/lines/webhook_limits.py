"""How many webhooks are looked at: of who has proved nothing yet, and of one number.

Why there are such limits, and why the second lets through when in doubt: docs/decisions/0005.
"""

import threading
import time
from dataclasses import dataclass, field

from inbox.dispatch import rates

REFILL, DEPTH = 10.0, 100.0  # failures a second for one address, and at once
REFILL_ALL, DEPTH_ALL = 50.0, 500.0  # for all together
MOST_ADDRESSES = 10_000
STEPS = 10  # a process tells the others about every tenth part of the limit of a number


@dataclass
class Budget:
    """A bucket that fills again by `refill` a second up to `depth`. Full at the beginning."""

    refill: float
    depth: float
    left: float = field(init=False)
    at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.left = self.depth

    def left_at(self, now: float) -> float:
        """How many are left at this moment; none when it is less than one."""
        return min(self.depth, self.left + (now - self.at) * self.refill)

    def spend(self, now: float, times: float = 1) -> None:
        """Take some out, or put them back (less than 0)."""
        self.left, self.at = self.left_at(now) - times, now

    def take(self, now: float) -> bool:
        """Take one out if there is one."""
        if self.left_at(now) < 1:
            return False
        self.spend(now)
        return True


class FailedAttempts:
    """How often strangers failed to prove for whom they speak, for each address and for all.

    An attempt costs a look at every number, so it is counted before the work and given back when it
    proves something. Kept in the process: it must work when everything else is busy.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: dict[str, Budget] = {}
        self._all = Budget(REFILL_ALL, DEPTH_ALL)

    def begin(self, address: str) -> bool:
        """Count an attempt; False when this one is not to be looked at."""
        now = time.monotonic()
        with self._lock:
            if address not in self._addresses and len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            own = self._addresses.setdefault(address, Budget(REFILL, DEPTH))
            if own.left_at(now) < 1 or self._all.left_at(now) < 1:
                return False
            own.spend(now)
            self._all.spend(now)
            return True

    def proved(self, address: str) -> None:
        """Give the attempt back: it was none."""
        now = time.monotonic()
        with self._lock:
            for budget in (self._addresses.get(address), self._all):
                if budget:
                    budget.spend(now, -1)


@dataclass
class _Second:
    """What one number brought to this process in one second, and in all as far as known."""

    second: int
    untold: int = 0
    known: int = 0


class WebhookRate:
    """How many authenticated webhooks a second one number may bring before the database is spared.

    Counts in this process and adds up with the others' through Redis, now and then. A Redis that is
    away counts as one that says nothing: each process then holds the limit alone.
    """

    def __init__(self, limit: int) -> None:
        """`limit` is webhooks a second for each number; 0 is none."""
        self._limit = limit
        self._step = max(1, limit // STEPS)
        self._lock = threading.Lock()
        self._now: dict[int, _Second] = {}

    def allows(self, instance_id: int) -> bool:
        """Count one webhook of this number; whether it is still within the limit."""
        if not self._limit:
            return True
        second = int(time.time())
        with self._lock:
            now = self._now.get(instance_id)
            if now is None or now.second != second:
                now = self._now[instance_id] = _Second(second)
            if now.known + now.untold >= self._limit:
                return False
            now.untold += 1
            if now.untold < self._step:
                return True
            told, now.untold = now.untold, 0
            now.known += told
        self._tell(instance_id, now, told)
        return True

    def _tell(self, instance_id: int, now: _Second, told: int) -> None:
        total = rates.add(f"webhook:{instance_id}", told)
        if total is not None:
            with self._lock:
                now.known = max(now.known, total)
