"""Taking notifications in: stored, applied in the same transaction, then announced (D2)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import update

from inbox import clock
from inbox.models import Instance, Message, WebhookEvent
from inbox.models.states import EventSource, EventState
from inbox.services import locks
from inbox.services.guests import guests
from inbox.services.intake import bodies, intake, ledger
from inbox.services.intake.arrivals import ORIGINS
from inbox.services.intake.bodies import EventNames, WebhookBody
from inbox.services.intake.quarantine import guarded
from inbox.services.lines import incidents
from inbox.services.transaction import Work, transaction
from inbox.services.upserts import insert_all_new

log = logging.getLogger(__name__)

DUPLICATE = "duplicate"
GUEST_WROTE = "incomingMessageReceived"
MESSAGES = (GUEST_WROTE, "outgoingMessageReceived", "outgoingAPIMessageReceived")
ABOUT_THE_INSTANCE = ("stateInstanceChanged", "statusInstanceChanged")


@dataclass(frozen=True)
class WebhookDelivery:
    """A notification as it was handed to us. `source` is webhook, poll, or journal for one that
    never came and was made from the journal.
    """

    instance_id: int
    body: WebhookBody = field(repr=False)
    source: str = EventSource.WEBHOOK


@dataclass(frozen=True)
class _Received:
    """A delivery, its number's row, and what its event is called."""

    delivery: WebhookDelivery
    instance: Instance
    names: EventNames


def receive(instance_id: int, raw: bytes, source: str = EventSource.WEBHOOK) -> str:
    """Store the notification and apply it; once, however often and whichever way it comes.

    Returns applied, ignored, parked, quarantined or duplicate. Whatever is in the body, it is kept
    and this does not raise; only a database that does not answer does (`sqlalchemy.exc`).
    """
    with transaction() as work:
        return take_in(work, WebhookDelivery(instance_id, bodies.read(raw), source))


def take_in(work: Work, delivery: WebhookDelivery) -> str:
    """Do what `receive` does, inside a transaction of the caller's."""
    return take_in_all(work, [delivery])[0]


def take_in_all(
    work: Work, deliveries: Sequence[WebhookDelivery], *, savepoints: bool = True
) -> list[str]:
    """Do what `receive` does for each, in this order: what they need is fetched and counted
    together. Raises `NoResultFound` when a number was removed while its notification was under way.

    Each stands behind a savepoint of its own. Without `savepoints` it goes faster, and the first
    that cannot be applied raises: then nothing of the transaction may stay.
    """
    at = clock.now()
    instances = locks.instances(work, {delivery.instance_id for delivery in deliveries})
    received = [
        _Received(delivery, instances[delivery.instance_id], delivery.body.names)
        for delivery in deliveries
    ]
    event_ids = _store(work, received, at)
    places = {
        (one.instance.hotel_id, one.instance.id, one.names.chat_id)
        for one in received
        if one.names.type_webhook in MESSAGES
        and (one.instance.id, one.names.dedupe_key) in event_ids
    }
    work.at_hand = dict.fromkeys(places) | guests.known(work, places)
    entries = [_settle(work, one, event_ids, at, savepoints) for one in received]
    ledger.count(work, [entry for entry in entries if entry.state != DUPLICATE], at)
    return [entry.state for entry in entries]


def _store(work: Work, received: Sequence[_Received], at: datetime) -> dict[tuple[int, str], int]:
    """Insert the events that were not stored before; their ids, by what they are called."""
    return insert_all_new(
        work.session,
        WebhookEvent,
        ("instance_id", "dedupe_key"),
        [
            {
                "hotel_id": one.instance.hotel_id,
                "instance_id": one.instance.id,
                "dedupe_key": one.names.dedupe_key,
                "type_webhook": one.names.type_webhook[:64],
                "chat_id": one.names.chat_id[:120],
                "id_message": one.names.id_message[:120],
                "source": one.delivery.source,
                "body": one.delivery.body.raw,
                "received_at": at,
                "applied_at": at,
            }
            for one in received
        ],
    )


def _settle(
    work: Work,
    received: _Received,
    event_ids: dict[tuple[int, str], int],
    at: datetime,
    savepoints: bool,
) -> ledger.Entry:
    """Apply what was stored as an event of this name, unless it was here before, or earlier among
    these; what the ledger is to count.
    """
    instance, delivery, names = received.instance, received.delivery, received.names
    event_id = event_ids.pop((instance.id, names.dedupe_key), None)
    heard_at = instance.last_inbound_at
    if event_id is None:
        state = DUPLICATE
    else:
        state = _apply(work, received, event_id, savepoints)
        if delivery.source == EventSource.JOURNAL:
            _mark_recovered(work, received, heard_at)
        elif names.type_webhook not in ABOUT_THE_INSTANCE:
            instance.last_event_at = at
    is_message = names.type_webhook == GUEST_WROTE
    return ledger.Entry(instance.hotel_id, instance.id, delivery.source, state, is_message)


def _apply(work: Work, received: _Received, event_id: int, savepoints: bool) -> str:
    """The event's state. Of one that could not be applied the hotel is told."""
    instance, body = received.instance, received.delivery.body
    apply = partial(intake.apply_body, work, instance, body, event_id)
    state: str
    if body.notification is None:
        state, error = EventState.QUARANTINED, body.error
    else:
        state, error = guarded(work, apply) if savepoints else (apply(), "")
    if state != EventState.APPLIED:
        _record(work, instance, event_id, state, error)
    return state


def _record(work: Work, instance: Instance, event_id: int, state: str, error: str) -> None:
    """Write what became of the event, and alarm the hotel when it could not be applied."""
    work.session.execute(
        update(WebhookEvent).where(WebhookEvent.id == event_id).values(state=state, error=error),
        execution_options={"synchronize_session": False},
    )
    if state == EventState.QUARANTINED:
        incidents.open_or_count(work, instance.hotel_id, instance.id, incidents.QUARANTINE)
        log.error(
            "webhook event %d of instance row %d quarantined: %s", event_id, instance.id, error
        )


def _mark_recovered(work: Work, received: _Received, heard_at: datetime | None) -> None:
    """Mark the message as fetched afterwards. The line itself has still not been heard."""
    received.instance.last_inbound_at = heard_at
    work.session.execute(
        update(Message)
        .where(
            Message.instance_id == received.instance.id,
            Message.id_message == received.names.id_message,
            Message.origin.in_(ORIGINS.values()),
        )
        .values(recovered=True),
        execution_options={"synchronize_session": False},
    )
