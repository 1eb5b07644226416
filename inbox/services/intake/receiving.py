"""Taking a notification in: stored first, applied in the same transaction, announced after it
(D2).
"""

import hashlib
import logging
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import NoResultFound

from inbox import clock
from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import dedupe_key, parse
from inbox.models import Instance, Message, WebhookEvent
from inbox.services.guests import guests
from inbox.services.intake import bodies, intake, ledger
from inbox.services.intake.quarantine import QUARANTINED, Unusable, guarded
from inbox.services.lines import incidents
from inbox.services.transaction import Work, transaction
from inbox.services.upserts import insert_all_new

log = logging.getLogger(__name__)

DUPLICATE = "duplicate"
WEBHOOK, POLL, JOURNAL = "webhook", "poll", "journal"
GUEST_WROTE = "incomingMessageReceived"
MESSAGES = (GUEST_WROTE, "outgoingMessageReceived", "outgoingAPIMessageReceived")
ABOUT_THE_INSTANCE = ("stateInstanceChanged", "statusInstanceChanged")

_HOLD = (
    select(Instance)
    .where(Instance.id.in_(bindparam("ids", expanding=True)))
    .order_by(Instance.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True)
class WebhookDelivery:
    """A notification as it was handed to us. `source` is webhook, poll, or journal for one that
    never came and was made from the journal."""

    instance_id: int
    raw: bytes = field(repr=False)
    source: str = WEBHOOK


@dataclass(frozen=True)
class _Note:
    """A delivery, read as far as any can be: `body` is None when it holds no JSON object."""

    delivery: WebhookDelivery
    instance: Instance
    body: Mapping[str, Any] | None = field(repr=False)

    @cached_property
    def key(self) -> tuple[int, str]:
        """What it is called by, however often it comes."""
        if self.body is None:
            return self.instance.id, "raw:" + hashlib.sha256(self.delivery.raw).hexdigest()
        return self.instance.id, dedupe_key(self.body)

    @cached_property
    def type_webhook(self) -> str:
        return self.word("typeWebhook")

    @cached_property
    def chat_id(self) -> str:
        """The chat that it is about, as far as it says so."""
        people = self.body.get("senderData") if self.body else None
        text = people.get("chatId") if isinstance(people, dict) else (self.body or {}).get("chatId")
        return parse_chat_id(text).canonical if isinstance(text, str) else ""

    @property
    def place(self) -> guests.ConversationKey:
        """Where its conversation is, if it is a message."""
        return self.instance.hotel_id, self.instance.id, self.chat_id

    def word(self, name: str) -> str:
        return Fields.of(self.body).word(name)


def receive(instance_id: int, raw: bytes, source: str = WEBHOOK) -> str:
    """Store the notification and apply it; once, however often and whichever way it comes.

    Returns applied, ignored, parked, quarantined or duplicate. Whatever is in the body, it is kept
    and this does not raise; only a database that does not answer does (`sqlalchemy.exc`).
    """
    with transaction() as work:
        return take_in(work, WebhookDelivery(instance_id, raw, source))


def take_in(work: Work, delivery: WebhookDelivery) -> str:
    """What `receive` does, inside a transaction of the caller's."""
    return take_in_all(work, [delivery])[0]


def take_in_all(
    work: Work, deliveries: Sequence[WebhookDelivery], *, savepoints: bool = True
) -> list[str]:
    """What `receive` does for each, in this order: what they need is fetched and counted together.

    Each stands behind a savepoint of its own. Without `savepoints` it goes faster, and the first
    that cannot be applied raises: then nothing of the transaction may stay.
    """
    at = clock.now()
    lines = _held(work, {delivery.instance_id for delivery in deliveries})
    notes = [_read(delivery, lines[delivery.instance_id]) for delivery in deliveries]
    event_ids = _store(work, notes, at)
    places = _places(notes, event_ids)
    work.at_hand = dict.fromkeys(places) | guests.known(work, places)
    states = [_settled(work, note, event_ids.pop(note.key, None), at, savepoints) for note in notes]
    ledger.count(work, _entries(notes, states), at)
    return states


def _read(delivery: WebhookDelivery, instance: Instance) -> _Note:
    try:
        return _Note(delivery, instance, bodies.as_object(delivery.raw))
    except bodies.Unreadable:
        return _Note(delivery, instance, None)


def _settled(work: Work, note: _Note, event_id: int | None, at: datetime, savepoints: bool) -> str:
    """Apply what was stored as this event. None: it was here before, or earlier among these."""
    if event_id is None:
        return DUPLICATE
    heard_at = note.instance.last_inbound_at
    state, error = _apply(work, note, event_id, savepoints)
    if state != intake.APPLIED:
        _record(work, event_id, state, error)
    if note.delivery.source == JOURNAL:
        _mark_recovered(work, note, heard_at)
    elif note.type_webhook not in ABOUT_THE_INSTANCE:
        note.instance.last_event_at = at
    if state == QUARANTINED:
        _alarm(work, note.instance, event_id, error)
    return state


def _record(work: Work, event_id: int, state: str, error: str) -> None:
    work.session.execute(
        update(WebhookEvent).where(WebhookEvent.id == event_id).values(state=state, error=error),
        execution_options={"synchronize_session": False},
    )


def _alarm(work: Work, instance: Instance, event_id: int, error: str) -> None:
    incidents.open_or_count(work, instance.hotel_id, instance.id, incidents.QUARANTINE)
    log.error("webhook event %d of instance row %d quarantined: %s", event_id, instance.id, error)


def _entries(notes: Iterable[_Note], states: Iterable[str]) -> Iterator[ledger.Entry]:
    for note, state in zip(notes, states, strict=True):
        if state != DUPLICATE:
            yield ledger.Entry(
                note.instance.hotel_id,
                note.instance.id,
                note.delivery.source,
                state,
                note.type_webhook == GUEST_WROTE,
            )


def _places(notes: Iterable[_Note], new: Container[tuple[int, str]]) -> set[guests.ConversationKey]:
    """Where the messages among these belong that were not stored before."""
    return {note.place for note in notes if note.type_webhook in MESSAGES and note.key in new}


def _held(work: Work, instance_ids: Collection[int]) -> dict[int, Instance]:
    """The instances' rows, held: one lane of intake for each number, so order is kept (N9)."""
    found = {row.id: row for row in work.session.scalars(_HOLD, {"ids": sorted(instance_ids)})}
    if len(found) < len(instance_ids):
        raise NoResultFound("A number was removed while its notification was on the way.")
    return found


def _mark_recovered(work: Work, note: _Note, heard_at: datetime | None) -> None:
    """Mark the message as fetched afterwards. The line itself has still not been heard."""
    note.instance.last_inbound_at = heard_at
    work.session.execute(
        update(Message)
        .where(
            Message.instance_id == note.instance.id,
            Message.id_message == note.word("idMessage"),
            Message.origin.in_(intake.ORIGINS.values()),
        )
        .values(recovered=True),
        execution_options={"synchronize_session": False},
    )


def _store(work: Work, notes: Iterable[_Note], at: datetime) -> dict[tuple[int, str], int]:
    """The ids of the events that were not stored before, by what they are called by."""
    return insert_all_new(
        work.session,
        WebhookEvent,
        ("instance_id", "dedupe_key"),
        [
            {
                "hotel_id": note.instance.hotel_id,
                "instance_id": note.instance.id,
                "dedupe_key": note.key[1],
                "type_webhook": note.type_webhook[:64],
                "chat_id": note.chat_id[:120],
                "id_message": note.word("idMessage")[:120],
                "source": note.delivery.source,
                "body": note.delivery.raw,
                "received_at": at,
                "applied_at": at,
            }
            for note in notes
        ],
    )


def _apply(work: Work, note: _Note, event_id: int, savepoints: bool) -> tuple[str, str]:
    if note.body is None:
        return QUARANTINED, "The body is not a JSON object."
    act = partial(_applied, work, note.instance, note.body, event_id)
    return guarded(work, act) if savepoints else (act(), "")


def _applied(work: Work, instance: Instance, body: Mapping[str, Any], event_id: int) -> str:
    notification = parse(body)
    if notification.id_instance != instance.id_instance:
        raise Unusable("instanceData.idInstance is that of another number")
    return intake.apply(work, instance, notification, event_id)
