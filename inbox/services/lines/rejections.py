"""Webhooks of a number that were turned away: a wrong token loses everything after a day (Z6).

Counted in the process and written now and then, so that who posts nonsense to us all day costs the
database one small write in ten seconds for each number.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from inbox import clock
from inbox.models.states import Receive
from inbox.services import locks
from inbox.services.lines import incidents
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)

ENOUGH = 3
WITHIN = timedelta(minutes=10)
WRITE_SECONDS = 10.0  # between writes, once the alarm is given


@dataclass
class _Count:
    """What one number's webhooks did in this process since it last wrote them down."""

    unwritten: int = 0
    written: int = 0
    next_write: float = 0.0


class Rejections:
    """The counts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[int, _Count] = {}

    def note(self, instance_id: int) -> None:
        """A webhook that names this number was turned away.

        The first few are written at once, so that the alarm is not late; later ones are gathered.
        """
        with self._lock:
            count = self._counts.setdefault(instance_id, _Count())
            count.unwritten += 1
            now = time.monotonic()
            if count.written >= ENOUGH and now < count.next_write:
                return
            times, count.unwritten = count.unwritten, 0
            count.written += times
            count.next_write = now + WRITE_SECONDS
        write(instance_id, times)

    def over(self, instance_id: int) -> None:
        """A webhook of this number was accepted: whatever was wrong is right again."""
        with self._lock:
            if count := self._counts.get(instance_id):
                count.unwritten = count.written = 0
        with transaction() as work:
            instance = locks.instance(work, instance_id)
            instance.rejected_count, instance.rejected_since = 0, None
            incidents.close(work, instance_id, incidents.WRONG_TOKEN)


def write(instance_id: int, times: int) -> None:
    """Put so many refusals on record."""
    now = clock.now()
    with transaction() as work:
        instance = locks.instance(work, instance_id)
        before = instance.rejected_count
        since = instance.rejected_since or now
        if before < ENOUGH and now - since > WITHIN:
            before, since = 0, now  # a stray one of hours ago is not the beginning of this
        instance.rejected_count, instance.rejected_since = before + times, since
        if instance.rejected_count >= ENOUGH and instance.receive == Receive.WEBHOOK:
            incidents.open_or_count(
                work,
                instance.hotel_id,
                instance_id,
                incidents.WRONG_TOKEN,
                times=times if before >= ENOUGH else instance.rejected_count,
                since=since,
            )
    log.warning("webhooks of instance row %d are turned away: %d more", instance_id, times)
