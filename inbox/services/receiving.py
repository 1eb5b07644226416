"""Taking a notification in: stored first, applied in the same transaction, announced after it
(D2).
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import dedupe_key, parse
from inbox.models import Instance, Message, WebhookEvent
from inbox.services import incidents, intake, ledger, notices
from inbox.services.insertion import insert_new
from inbox.services.quarantine import QUARANTINED, Unusable, guarded
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

DUPLICATE = "duplicate"
WEBHOOK, POLL, JOURNAL = "webhook", "poll", "journal"
GUEST_WROTE = "incomingMessageReceived"
ABOUT_THE_INSTANCE = ("stateInstanceChanged", "statusInstanceChanged")


@dataclass(frozen=True)
class Delivery:
    """A notification as it was handed to us. `source` is webhook, poll, or journal for one that
    never came and was made from the journal."""

    instance_id: int
    raw: bytes = field(repr=False)
    source: str = WEBHOOK


def receive(instance_id: int, raw: bytes, source: str = WEBHOOK) -> str:
    """Store the notification and apply it; once, however often and whichever way it comes.

    Returns applied, ignored, parked, quarantined or duplicate. Whatever is in the body, it is kept
    and this does not raise; only a database that does not answer does (`sqlalchemy.exc`).
    """
    with transaction() as work:
        return take_in(work, Delivery(instance_id, raw, source))


def take_in(work: Work, delivery: Delivery) -> str:
    """What `receive` does, inside a transaction of the caller's."""
    body = _object(delivery.raw)
    instance = _held(work, delivery.instance_id)
    at, heard_at = clock.now(), instance.last_inbound_at
    event_id = _store(work, instance, delivery, body, at)
    if event_id is None:
        return DUPLICATE
    state, error = _apply(work, instance, body, event_id)
    if state != intake.APPLIED:
        work.session.execute(
            update(WebhookEvent)
            .where(WebhookEvent.id == event_id)
            .values(state=state, error=error),
            execution_options={"synchronize_session": False},
        )
    type_webhook = Fields.of(body).word("typeWebhook")
    if delivery.source == JOURNAL:
        _mark_recovered(work, instance, body, heard_at)
    elif type_webhook not in ABOUT_THE_INSTANCE:
        instance.last_event_at = at
    ledger.count(work, instance, delivery.source, state, type_webhook == GUEST_WROTE, at)
    if state == QUARANTINED:
        incidents.open_or_count(work, instance.hotel_id, instance.id, incidents.QUARANTINE)
        log.error(
            "webhook event %d of instance row %d quarantined: %s", event_id, instance.id, error
        )
    return state


def _object(raw: bytes) -> Mapping[str, Any] | None:
    try:
        return notices.as_object(raw)
    except notices.Unreadable:
        return None


def find_instance(id_instance: int) -> Instance | None:
    """The instance that Green API knows under this number."""
    if not 0 < id_instance < 2**63:
        return None
    return db.session.scalar(select(Instance).where(Instance.id_instance == id_instance))


def all_instances() -> list[Instance]:
    """Every instance, for a body that does not even say whose it is."""
    return list(db.session.scalars(select(Instance).order_by(Instance.id)))


def _held(work: Work, instance_id: int) -> Instance:
    """The instance's row, held: one lane of intake for each number, so order is kept (N9)."""
    return work.session.scalars(
        select(Instance).where(Instance.id == instance_id).with_for_update()
    ).one()


def _mark_recovered(
    work: Work, instance: Instance, body: Mapping[str, Any] | None, heard_at: datetime | None
) -> None:
    """Mark the message as fetched afterwards. The line itself has still not been heard."""
    instance.last_inbound_at = heard_at
    work.session.execute(
        update(Message)
        .where(
            Message.instance_id == instance.id,
            Message.id_message == Fields.of(body).word("idMessage"),
            Message.origin.in_(intake.ORIGINS.values()),
        )
        .values(recovered=True),
        execution_options={"synchronize_session": False},
    )


def _store(
    work: Work,
    instance: Instance,
    delivery: Delivery,
    body: Mapping[str, Any] | None,
    at: datetime,
) -> int | None:
    return insert_new(
        work.session,
        WebhookEvent,
        hotel_id=instance.hotel_id,
        instance_id=instance.id,
        dedupe_key=_key(delivery.raw, body),
        type_webhook=Fields.of(body).word("typeWebhook")[:64],
        chat_id=_chat_id(body)[:120],
        id_message=Fields.of(body).word("idMessage")[:120],
        source=delivery.source,
        body=delivery.raw,
        received_at=at,
        applied_at=at,
    )


def _key(raw: bytes, body: Mapping[str, Any] | None) -> str:
    if body is None:
        return "raw:" + hashlib.sha256(raw).hexdigest()
    return dedupe_key(body)


def _apply(
    work: Work, instance: Instance, body: Mapping[str, Any] | None, event_id: int
) -> tuple[str, str]:
    if body is None:
        return QUARANTINED, "The body is not a JSON object."
    return guarded(work, lambda: _applied(work, instance, body, event_id))


def _applied(work: Work, instance: Instance, body: Mapping[str, Any], event_id: int) -> str:
    notification = parse(body)
    if notification.id_instance != instance.id_instance:
        raise Unusable("instanceData.idInstance is that of another number")
    return intake.apply(work, instance, notification, event_id)


def _chat_id(body: Mapping[str, Any] | None) -> str:
    if not body:
        return ""
    people = body.get("senderData")
    text = people.get("chatId") if isinstance(people, dict) else body.get("chatId")
    return parse_chat_id(text).canonical if isinstance(text, str) else ""
