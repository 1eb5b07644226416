"""One transaction, the changes it made, and the workers it wakes once it is committed."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.orm import Session

from inbox import clock
from inbox.dispatch import announcements, workers
from inbox.extensions import BUSY_SECONDS, WRITES, Base, db
from inbox.models import Change, Hotel
from inbox.request_slots import request_slots

one_writer = threading.Lock()

# Every write of the product ends with these two: without the ORM they cost a third.
_HOTELS = Base.metadata.tables[Hotel.__tablename__]
_CHANGES = Base.metadata.tables[Change.__tablename__]
_TAKE_NUMBERS = (
    _HOTELS.update()
    .where(_HOTELS.c.id == bindparam("of_hotel"))
    .values(change_seq=_HOTELS.c.change_seq + bindparam("count"))
    .returning(_HOTELS.c.change_seq)
)
_ADD_CHANGES = _CHANGES.insert()


@dataclass(frozen=True)
class _Changed:
    hotel_id: int
    kind: str
    conversation_id: int | None
    message_id: int | None


@dataclass
class Work:
    """What one transaction is doing. Made by `transaction()`, never by hand.

    `connection` is that of `session`, for the statements that run all day: they are made once and
    go past the ORM. They do not see what the ORM has not flushed. `at_hand` is what was looked for
    many at once, before anything was written; None for what was not there.
    """

    session: Session
    connection: Connection
    at_hand: dict[Any, Any] = field(default_factory=dict)
    _changes: dict[_Changed, None] = field(default_factory=dict)
    _wakeups: dict[workers.JobRequest, None] = field(default_factory=dict)

    def changed(
        self,
        hotel_id: int,
        kind: str,
        conversation_id: int | None = None,
        message_id: int | None = None,
    ) -> None:
        """Note that browsers of this hotel have something to fetch. Safe to repeat."""
        self._changes[_Changed(hotel_id, kind, conversation_id, message_id)] = None

    def wake(self, kind: workers.JobKind, *ids: int) -> None:
        """Wake a worker after the commit. Safe to repeat."""
        self._wakeups[workers.JobRequest(kind, ids)] = None

    def number_changes(self) -> None:
        """Give every change its number (D8): last, so that the hotel's row is held only briefly."""
        changes: defaultdict[int, list[_Changed]] = defaultdict(list)
        for change in self._changes:
            changes[change.hotel_id].append(change)
        at, rows = clock.now(), []
        for hotel_id in sorted(changes):
            count = len(changes[hotel_id])
            taken = {"of_hotel": hotel_id, "count": count}
            head: int = self.connection.execute(_TAKE_NUMBERS, taken).scalar_one()
            for seq, change in enumerate(changes[hotel_id], head - count + 1):
                rows.append({**vars(change), "seq": seq, "at": at})
        if rows:
            self.connection.execute(_ADD_CHANGES, rows)

    def announce(self) -> None:
        """Tell browsers and workers. Only after the commit: nobody may look before there is
        something to see.
        """
        if self._changes or self._wakeups:
            hotel_ids = {change.hotel_id for change in self._changes}
            announcements.announce(hotel_ids, self._wakeups)


@contextmanager
def transaction() -> Iterator[Work]:
    """Write in one transaction: commit, then announce. An exception rolls all of it back.

    What was read before belongs to an older snapshot and is forgotten, so load inside.
    """
    session = db.session()
    if session.info.get(WRITES):
        raise RuntimeError("one transaction cannot stand inside another")
    session.rollback()
    with _writer_lock(session):
        session.info[WRITES] = True
        try:
            work = Work(session, session.connection(execution_options={WRITES: True}))
            yield work
            session.flush()
            work.number_changes()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info[WRITES] = False
    work.announce()


@contextmanager
def _writer_lock(session: Session) -> Iterator[None]:
    """SQLite has one writer at a time, and who finds it busy sleeps and looks again, longer each
    time: the threads of one process queue up here instead, and the next one starts at once."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    got = one_writer.acquire(blocking=False) or wait_to_write()
    try:
        yield  # without the turn SQLite itself decides, and says "locked" if it must
    finally:
        if got:
            one_writer.release()


def wait_to_write() -> bool:
    """Those who only read work meanwhile: a locked database must not stop them too."""
    with request_slots.released():
        return one_writer.acquire(timeout=BUSY_SECONDS)
