"""The notifications as they were stored: which of them could not be applied, and trying again.

A replay takes the same path under the same rules as the first delivery (D2): the number's row is
held, one transaction an event, and the unique keys make a second time harmless.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, LargeBinary, and_, func, or_, select
from sqlalchemy.orm import defer

from inbox import clock
from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.models import Instance, Message, WebhookEvent
from inbox.models.states import EventState
from inbox.services import audit, locks
from inbox.services.intake import bodies, intake
from inbox.services.intake.quarantine import guarded
from inbox.services.lines import incidents
from inbox.services.transaction import Work, transaction

PAGE = 50
SHOWN_BYTES = 16 * 1024  # of a body, on a page
STATES = (EventState.QUARANTINED, EventState.PARKED, EventState.IGNORED)
UNKNOWN = "unknown"  # the kind of a message that is only a placeholder


@dataclass(frozen=True)
class EventPage:
    """Newest first. `older` is the id to go on below, None at the end."""

    rows: list[WebhookEvent]
    older: int | None


@dataclass(frozen=True)
class Replayed:
    """What trying again did: `settled` of `tried` events; `left` still wait to be tried."""

    tried: int
    settled: int
    left: int


def page(
    hotel_id: int,
    state: str = EventState.QUARANTINED,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> EventPage:
    """The hotel's events in this state, without their bodies: see `bodies`."""
    query = (
        select(WebhookEvent)
        .where(WebhookEvent.hotel_id == hotel_id, WebhookEvent.state == state)
        .options(defer(WebhookEvent.body))
        .order_by(WebhookEvent.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(WebhookEvent.id < before)
    found = list(db.session.scalars(query))
    return EventPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def shown_bodies(hotel_id: int, event_ids: Collection[int]) -> dict[int, bytes]:
    """The first `SHOWN_BYTES` of each event's body, exactly as it came."""
    beginning = func.substr(WebhookEvent.body, 1, SHOWN_BYTES, type_=LargeBinary)
    rows = db.session.execute(
        select(WebhookEvent.id, beginning.label("body")).where(
            WebhookEvent.hotel_id == hotel_id, WebhookEvent.id.in_(event_ids)
        )
    )
    return {row.id: bytes(row.body) for row in rows}


def counts(hotel_id: int) -> dict[str, int]:
    """How many events of the hotel stand in each of `STATES`, and how many messages are
    placeholders (`unknown`).
    """
    rows = db.session.execute(
        select(WebhookEvent.state, func.count().label("number"))
        .where(WebhookEvent.hotel_id == hotel_id, WebhookEvent.state.in_(STATES))
        .group_by(WebhookEvent.state)
    )
    found = {row.state: row.number for row in rows}
    unknown = db.session.scalar(
        select(func.count()).select_from(Message).where(_is_placeholder(hotel_id))
    )
    return {state: found.get(state, 0) for state in STATES} | {UNKNOWN: unknown or 0}


def replay(hotel_id: int, event_id: int, actor: str) -> str:
    """Apply one event again and return its new state. Safe to repeat.

    Raises `NotFound`, also for another hotel's; `Conflict` when it was applied already.
    """
    with transaction() as work:
        event = _held(work, hotel_id, event_id)
        if event.state == EventState.APPLIED and not _made_placeholder(work, event):
            raise Conflict("This notification was applied already; nothing is left to do.")
        return _try(work, event, actor)


def replay_all(hotel_id: int, actor: str, *, limit: int | None = None) -> Replayed:
    """Apply again, oldest first, all that is in quarantine and all whose message is a placeholder.

    Each in a transaction of its own, so that one that fails holds up no other. `limit` is for a
    request that must end: `left` says how many were not reached.
    """
    tried = settled = 0
    for event_id in _due(hotel_id, limit):
        with transaction() as work:
            event = _held(work, hotel_id, event_id)
            if event.state == EventState.QUARANTINED or _made_placeholder(work, event):
                tried += 1
                state = _try(work, event, actor)
                settled += state != EventState.QUARANTINED and not _made_placeholder(work, event)
    left = len(_due(hotel_id, None)) - (tried - settled)
    return Replayed(tried, settled, max(0, left))


def leave(hotel_id: int, event_id: int, actor: str) -> None:
    """A person looked at it and there is nothing to do: it counts as ignored, and is kept.

    Safe to repeat. Raises `NotFound`, also for another hotel's.
    """
    with transaction() as work:
        event = _held(work, hotel_id, event_id)
        if event.state != EventState.QUARANTINED:
            return
        event.state = EventState.IGNORED
        work.session.flush()
        _close_incident(work, event.instance_id)
        audit.act(work, actor, "webhook.leave", event, state=event.state)


def _due(hotel_id: int, limit: int | None) -> list[int]:
    placeholders = select(Message.event_id).where(_is_placeholder(hotel_id))
    query = (
        select(WebhookEvent.id)
        .where(
            WebhookEvent.hotel_id == hotel_id,
            or_(WebhookEvent.state == EventState.QUARANTINED, WebhookEvent.id.in_(placeholders)),
        )
        .order_by(WebhookEvent.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _is_placeholder(hotel_id: int) -> ColumnElement[bool]:
    return and_(
        Message.hotel_id == hotel_id, Message.kind == UNKNOWN, Message.event_id.is_not(None)
    )


def _made_placeholder(work: Work, event: WebhookEvent) -> bool:
    return (
        work.session.scalar(
            select(Message.id)
            .where(_is_placeholder(event.hotel_id), Message.event_id == event.id)
            .limit(1)
        )
        is not None
    )


def _held(work: Work, hotel_id: int, event_id: int) -> WebhookEvent:
    """The event, in the lane of its number: locked in the order instance, then event."""
    event = work.session.scalar(
        select(WebhookEvent).where(WebhookEvent.hotel_id == hotel_id, WebhookEvent.id == event_id)
    )
    if event is None:
        raise NotFound("This hotel has no such notification.")
    locks.instance(work, event.instance_id)
    locks.again(work, event)
    return event


def _try(work: Work, event: WebhookEvent, actor: str) -> str:
    instance = work.session.get_one(Instance, event.instance_id)
    before = event.state
    state, error = guarded(
        work, lambda: intake.apply_body(work, instance, bodies.read(event.body), event.id)
    )
    if before == EventState.APPLIED and state != EventState.QUARANTINED:
        # A placeholder stands in its thread, still unread or read at last.
        state = EventState.APPLIED
    event.state, event.error = state, error
    event.attempts += 1
    event.applied_at = clock.now()
    work.session.flush()
    _close_incident(work, event.instance_id)
    audit.act(work, actor, "webhook.replay", event, state=event.state)
    return state


def _close_incident(work: Work, instance_id: int) -> None:
    """The alarm is over when nothing of the number is left in quarantine."""
    left = work.session.scalar(
        select(WebhookEvent.id)
        .where(
            WebhookEvent.instance_id == instance_id, WebhookEvent.state == EventState.QUARANTINED
        )
        .limit(1)
    )
    if left is None:
        incidents.close(work, instance_id, incidents.QUARANTINE)
