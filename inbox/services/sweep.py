"""Finding due work in the database that no job announced, whether Redis is there or not (D1)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from inbox import clock
from inbox.config import SendTimings
from inbox.files.media_store import FolderStore
from inbox.services import changes
from inbox.services.conversations import disappearing, receipts, sentiment
from inbox.services.guests import lid_lookup
from inbox.services.intake import downloads, reconciliation, repeats, silence
from inbox.services.lines import pauses
from inbox.services.messages import corrections
from inbox.services.outbox import outbox, overdue, sending, settlement, status_checks, uploads
from inbox.services.replies import schedules

log = logging.getLogger(__name__)

KEEP_CHANGES = timedelta(days=2)
Item = TypeVar("Item", int, datetime, timedelta)


@dataclass(frozen=True)
class MediaRules:
    """Where files go and which hosts they may come from besides the provider's."""

    store: FolderStore
    more_hosts: tuple[str, ...]


def sweep_sending(timings: SendTimings) -> None:
    """Send what is due, and settle what is open. One fault does not stop the rest."""
    now = clock.now()
    _each("expired leases", [now], lambda at: outbox.expire_leases(at, timings.settle))
    _each("expired messages", [now], outbox.expire_old)
    _each("schedules", [now], schedules.release_due)
    _each("settlement", settlement.due(now), settlement.settle)
    _each("sending", outbox.due(now), lambda instance: sending.drain(instance, timings))


def sweep_files(rules: MediaRules) -> None:
    """Fetch and bring the files that are due. On a slow line that can take minutes."""
    now = clock.now()
    _each(
        "media",
        downloads.due(now),
        lambda file: downloads.fetch(file, rules.store, rules.more_hosts),
    )
    _each("uploads", uploads.due(now), lambda file: uploads.upload(file, rules.store))


def sweep_background(model: sentiment.Model | None = None) -> None:
    """Read the texts that are due, schedule status checks, and see to the other small things."""
    now = clock.now()
    _each("sentiment", [sentiment.GRACE], lambda late: sentiment.read_all(model, late=late))
    _each("corrections", corrections.due(now), corrections.carry_out)
    _each("receipts", receipts.due(now), receipts.tell)
    _each("overdue ticks", [now], overdue.notice)
    _each("status checks", [now], status_checks.schedule)
    _each("numbers of LIDs", lid_lookup.due(now), lid_lookup.ask)
    _each("disappearing messages", disappearing.due(now), disappearing.look)


def begin(settle: timedelta) -> None:
    """A worker begins: what was lost while none ran will be looked for."""
    reconciliation.after_downtime(settle)


def sweep_lines(settle: timedelta) -> None:
    """Compare journals that are due, and see to numbers that are unusually quiet. Every few seconds
    is enough.
    """
    now = clock.now()
    _each("paused numbers", pauses.due(now), pauses.probe)
    _each("stray statuses", [settle], reconciliation.hasten)
    _each("journals", reconciliation.due(now), lambda one: silence.compare(one, settle))
    _each("silence", silence.due(now), lambda one: silence.look(one, settle))
    _each("hearing again", [now], silence.close_heard)


def keep_house() -> None:
    """Drop change rows that no browser comes back for. Every few minutes is enough."""
    _each("repeats that are over", [clock.now()], repeats.close_old)
    _each("old changes", [clock.now() - KEEP_CHANGES], changes.forget_before)


def _each(what: str, items: list[Item], act: Callable[[Item], object]) -> None:
    for item in items:
        try:
            act(item)
        except Exception as error:  # noqa: BLE001  (one fault must not stop the rest)
            log.error("sweep: %s failed with %s", what, type(error).__name__)
