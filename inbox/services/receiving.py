"""Taking a notification in: stored first, applied in the same transaction, announced after it
(D2).
"""

import hashlib
import logging
import traceback
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import MalformedNotification, dedupe_key, parse
from inbox.models import Instance, WebhookEvent
from inbox.services import intake, notices
from inbox.services.insertion import insert_new
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

QUARANTINED = "quarantined"
DUPLICATE = "duplicate"


def receive(instance_id: int, raw: bytes) -> str:
    """Store the notification and apply it; once, however often it is delivered.

    Returns applied, ignored, parked, quarantined or duplicate. Whatever is in the body, it is kept
    and this does not raise; only a database that does not answer does (`sqlalchemy.exc`).
    """
    try:
        body: Mapping[str, Any] | None = notices.as_object(raw)
    except notices.Unreadable:
        body = None
    with transaction() as work:
        instance = _held(work, instance_id)
        event_id = _store(work, instance, raw, body)
        if event_id is None:
            return DUPLICATE
        instance.last_event_at = clock.now()
        state, error = _apply(work, instance, body)
        work.session.execute(
            update(WebhookEvent)
            .where(WebhookEvent.id == event_id)
            .values(state=state, error=error, applied_at=clock.now())
        )
    if state == QUARANTINED:
        log.error(
            "webhook event %d of instance row %d quarantined: %s", event_id, instance_id, error
        )
    return state


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


def _store(
    work: Work, instance: Instance, raw: bytes, body: Mapping[str, Any] | None
) -> int | None:
    return insert_new(
        work.session,
        WebhookEvent,
        hotel_id=instance.hotel_id,
        instance_id=instance.id,
        dedupe_key=_key(raw, body),
        type_webhook=Fields.of(body).word("typeWebhook")[:64],
        chat_id=_chat_id(body)[:120],
        id_message=Fields.of(body).word("idMessage")[:120],
        body=raw,
        received_at=clock.now(),
    )


def _key(raw: bytes, body: Mapping[str, Any] | None) -> str:
    if body is None:
        return "raw:" + hashlib.sha256(raw).hexdigest()
    return dedupe_key(body)


def _apply(work: Work, instance: Instance, body: Mapping[str, Any] | None) -> tuple[str, str]:
    if body is None:
        return QUARANTINED, "The body is not a JSON object."
    try:
        notification = parse(body)
        if notification.id_instance != instance.id_instance:
            raise intake.Unusable("instanceData.idInstance is that of another number")
        with work.session.begin_nested():
            return intake.apply(work, instance, notification), ""
    except (MalformedNotification, intake.Unusable) as error:
        return QUARANTINED, str(error)[:300]
    except DATABASE_AWAY:
        raise  # the database is away: the caller answers 503 and Green API keeps the event
    except Exception as error:  # noqa: BLE001  (kept in quarantine, whatever it is)
        # The text of an exception may quote the guest, so only its kind and place are told.
        fault = f"{type(error).__name__} at {_place(error)}"
        return QUARANTINED, f"Lobby has a fault here: {fault}"[:300]


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"


def _chat_id(body: Mapping[str, Any] | None) -> str:
    if not body:
        return ""
    people = body.get("senderData")
    text = people.get("chatId") if isinstance(people, dict) else body.get("chatId")
    return parse_chat_id(text).canonical if isinstance(text, str) else ""
