"""How many authenticated webhooks a second one number may bring before the database is spared.

Why there is such a limit, and why it lets through when in doubt: docs/decisions/0005.
"""

import threading
import time
from dataclasses import dataclass

from inbox.dispatch import rates

STEPS = 10  # a process tells the others about every tenth part of the limit


@dataclass
class _Second:
    """What one number brought to this process in one second, and in all as far as known."""

    second: int
    untold: int = 0
    known: int = 0


class WebhookRate:
    """Counts in this process and adds up with the others' through Redis, now and then.

    A Redis that is away counts as one that says nothing: each process then holds the limit alone.
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
        with self._lock:
            now = self._present(instance_id)
            if now.known + now.untold >= self._limit:
                return False
            now.untold += 1
            if now.untold < self._step:
                return True
            told, now.untold = now.untold, 0
            now.known += told
        self._tell(instance_id, now, told)
        return True

    def _present(self, instance_id: int) -> _Second:
        second = int(time.time())
        now = self._now.get(instance_id)
        if now is None or now.second != second:
            now = self._now[instance_id] = _Second(second)
        return now

    def _tell(self, instance_id: int, now: _Second, told: int) -> None:
        total = rates.add(f"webhook:{instance_id}", told)
        if total is not None:
            with self._lock:
                now.known = max(now.known, total)
