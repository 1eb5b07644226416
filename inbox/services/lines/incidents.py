"""What people must know about a number's line, from when it began until it is over (Z5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import Incident
from inbox.services import locks
from inbox.services.transaction import Work
from inbox.services.upserts import insert_new

WRONG_TOKEN = "wrong_token"
RECOVERED = "recovered"
SILENT = "silent"
QUARANTINE = "quarantine"
WEBHOOK_SET = "webhook_set"
REPEATED = "repeated"

RECENT = 50

# Asked whenever a page moves, so it is put together once.
_OPEN = (
    select(Incident)
    .where(Incident.hotel_id == bindparam("hotel_id"), Incident.closed_at.is_(None))
    .order_by(Incident.opened_at, Incident.id)
)

Fact = int | str | datetime | None


def open_or_count(
    work: Work, hotel_id: int, instance_id: int, kind: str, *, times: int = 1, **facts: Fact
) -> None:
    """Open the number's incident of this kind, or count it again when one is open.

    `facts` are numbers and moments, nothing a guest wrote. Newer facts replace older ones, but of
    two `since` the earlier one stays.
    """
    now, told = clock.now(), _stored(facts)
    made = insert_new(
        work.session,
        Incident,
        hotel_id=hotel_id,
        instance_id=instance_id,
        kind=kind,
        count=times,
        facts=told,
        opened_at=now,
        last_at=now,
    )
    if made is None:
        _count_again(work, instance_id, kind, times, told)
    work.changed(hotel_id, "line")


def _count_again(work: Work, instance_id: int, kind: str, times: int, told: dict[str, Any]) -> None:
    incident = work.session.scalars(
        locks.held(select(Incident).where(*_is_open(instance_id, kind)))
    ).one()
    since = [facts["since"] for facts in (incident.facts, told) if facts.get("since")]
    incident.count += times
    incident.last_at = clock.now()
    incident.facts = {**incident.facts, **told, **({"since": min(since)} if since else {})}


def _is_open(instance_id: int, kind: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Incident.instance_id == instance_id,
        Incident.kind == kind,
        Incident.closed_at.is_(None),
    )


def _stored(facts: dict[str, Fact]) -> dict[str, Any]:
    """Moments as text that sorts as they do; facts that are None are left out."""
    return {
        name: fact.isoformat() if isinstance(fact, datetime) else fact
        for name, fact in facts.items()
        if fact is not None
    }


def moment(incident: Incident, fact: str) -> datetime | None:
    """A fact that is a moment."""
    text = incident.facts.get(fact)
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def close(work: Work, instance_id: int, kind: str) -> None:
    """It is over. Harmless when none is open."""
    hotel_id = work.session.scalar(
        update(Incident)
        .where(*_is_open(instance_id, kind))
        .values(closed_at=clock.now())
        .returning(Incident.hotel_id),
        execution_options={"synchronize_session": False},
    )
    if hotel_id is not None:
        work.changed(hotel_id, "line")


def of_hotel(hotel_id: int) -> list[Incident]:
    """The open incidents of a hotel's numbers, oldest first."""
    return list(db.session.scalars(_OPEN, {"hotel_id": hotel_id}))


def recent(hotel_id: int, since: datetime) -> list[Incident]:
    """A hotel's open incidents, then those that ended after `since`; newest first in each."""
    return list(
        db.session.scalars(
            select(Incident)
            .where(
                Incident.hotel_id == hotel_id,
                or_(Incident.closed_at.is_(None), Incident.closed_at > since),
            )
            .order_by(Incident.closed_at.is_not(None), Incident.opened_at.desc(), Incident.id)
            .limit(RECENT)
        )
    )
