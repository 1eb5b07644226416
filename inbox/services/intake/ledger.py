"""The ledger: how many notifications came in each hour and what became of them. Counted in the
transaction of the event itself, so that a sum which does not add up says that something is gone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite

from inbox import clock
from inbox.extensions import Base, db
from inbox.models import Attachment, Hotel, LedgerHour, Message, WebhookEvent
from inbox.models.states import TO_BE_FETCHED, EventSource, EventState
from inbox.services.transaction import Work

COUNTS = ("received", "messages", "recovered", "quarantined", "ignored")


@dataclass(frozen=True)
class Totals:
    """Sums of the columns of `LedgerHour`."""

    received: int
    messages: int
    recovered: int
    quarantined: int
    ignored: int

    @property
    def notifications(self) -> int:
        """All that came in, whichever way."""
        return self.received + self.recovered


@dataclass(frozen=True)
class LedgerDay:
    """A day of a hotel, by the hotel's clock. `rows`: one for each number and hour with traffic.

    `stored` is how many notifications of that day are kept now, by their state;
    `waiting_for_media` how many files of that day's messages are not fetched yet.
    """

    rows: list[LedgerHour]
    totals: Totals
    stored: dict[str, int]
    waiting_for_media: int

    @property
    def accounted(self) -> int:
        """Notifications of which we can say what became of them."""
        return sum(self.stored.get(state, 0) for state in EventState)

    @property
    def is_complete(self) -> bool:
        """Whether each one that came in is accounted for."""
        return self.accounted >= self.totals.notifications

    @property
    def sentence(self) -> str:
        """412 of 412 accounted for, and in words what is not settled yet."""
        total = self.totals.notifications
        accounted = min(self.accounted, total)
        notes = [words for count, words in self._notes(total - accounted) if count]
        return "; ".join([f"{accounted} of {total} accounted for", *notes]) + "."

    def _notes(self, gone: int) -> list[tuple[int, str]]:
        quarantined, parked = (
            self.stored.get(state, 0) for state in (EventState.QUARANTINED, EventState.PARKED)
        )
        files = self.waiting_for_media
        return [
            (gone, f"{gone} of them {_is(gone)} no longer stored"),
            (quarantined, f"{quarantined} could not be read and {_is(quarantined)} in quarantine"),
            (parked, f"{parked} {_wait(parked)} for a message that has not come"),
            (files, f"{files} {'file is' if files == 1 else 'files are'} still to be fetched"),
        ]


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


@dataclass(frozen=True)
class Entry:
    """A stored notification of a number, and what became of it. `is_message`: a guest wrote it."""

    hotel_id: int
    instance_id: int
    source: str
    state: str
    is_message: bool


def count(work: Work, entries: Iterable[Entry], at: datetime | None = None) -> None:
    """Count notifications in the hour that they were stored in."""
    sums: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for entry in entries:
        sums[entry.instance_id, entry.hotel_id].update(
            received=int(entry.source != EventSource.JOURNAL),
            recovered=int(entry.source == EventSource.JOURNAL),
            messages=int(entry.is_message),
            quarantined=int(entry.state == EventState.QUARANTINED),
            ignored=int(entry.state == EventState.IGNORED),
        )
    hour = _hour(at or clock.now())
    rows = [
        {"instance_id": instance_id, "hotel_id": hotel_id, "hour": hour, **counted}
        for (instance_id, hotel_id), counted in sums.items()
    ]
    if rows:
        work.connection.execute(_add(work.connection.dialect.name), rows)


@cache
def _add(dialect: str) -> Executable:
    """Insert the hour, or add to it. Made once: every notification runs it."""
    hours = Base.metadata.tables[LedgerHour.__tablename__]
    insert = postgresql.insert(hours) if dialect == "postgresql" else sqlite.insert(hours)
    return insert.on_conflict_do_update(
        index_elements=["instance_id", "hour"],
        set_={name: hours.c[name] + insert.excluded[name] for name in COUNTS},
    )


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day(hotel_id: int, on: date) -> LedgerDay:
    """A day of the hotel. Where the hotel's clock is half an hour off, hours are those of UTC."""
    begin, end = _bounds(hotel_id, on)
    rows = list(
        db.session.scalars(
            select(LedgerHour)
            .where(LedgerHour.hotel_id == hotel_id, LedgerHour.hour >= begin, LedgerHour.hour < end)
            .order_by(LedgerHour.hour, LedgerHour.instance_id)
        )
    )
    return LedgerDay(
        rows, _totals(rows), _stored(hotel_id, begin, end), _files(hotel_id, begin, end)
    )


def _bounds(hotel_id: int, on: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(db.session.get_one(Hotel, hotel_id).timezone)
    midnights = [datetime.combine(on + timedelta(days=n), time(), zone) for n in (0, 1)]
    begin, end = (_hour(moment + timedelta(minutes=59, seconds=59)) for moment in midnights)
    return begin, end


def _totals(rows: list[LedgerHour]) -> Totals:
    return Totals(
        received=sum(row.received for row in rows),
        messages=sum(row.messages for row in rows),
        recovered=sum(row.recovered for row in rows),
        quarantined=sum(row.quarantined for row in rows),
        ignored=sum(row.ignored for row in rows),
    )


def _stored(hotel_id: int, begin: datetime, end: datetime) -> dict[str, int]:
    found = db.session.execute(
        select(WebhookEvent.state, func.count().label("number"))
        .where(
            WebhookEvent.hotel_id == hotel_id,
            WebhookEvent.received_at >= begin,
            WebhookEvent.received_at < end,
        )
        .group_by(WebhookEvent.state)
    )
    return {row.state: row.number for row in found}


def _files(hotel_id: int, begin: datetime, end: datetime) -> int:
    """Unfinished files are few and found by their own index, so the messages are joined to them."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Attachment)
            .join(Message, Message.id == Attachment.message_id)
            .where(
                Attachment.next_attempt_at.is_not(None),
                Attachment.hotel_id == hotel_id,
                Attachment.state.in_(TO_BE_FETCHED),
                Message.arrived_at >= begin,
                Message.arrived_at < end,
            )
        )
        or 0
    )
