"""Nothing missed: Green API's journals are compared with our rows, and what never came is taken in
as if it had (P6, Z3, Z4).

After each gap of the line, after a downtime of our own, and every hour. What is found goes through
`receiving.receive` as a webhook would, oldest first, so the webhook itself may still come.
"""

import json
import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import GreenApiError, JournalMessage
from inbox.greenapi.journal_webhooks import as_webhook
from inbox.greenapi.notifications import dedupe_key
from inbox.models import Instance, Message, WebhookEvent
from inbox.models.states import EventSource, EventState
from inbox.services import locks
from inbox.services.batches import in_batches
from inbox.services.intake import bodies, receiving
from inbox.services.lines import incidents, instances, line
from inbox.services.messages import journal_ticks
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=5)  # after a journal that did not answer, or a run that was cut off
LONGEST_LOOK = timedelta(days=7)
OVERLAP = timedelta(hours=2)  # entries may lease up late with an old time
A_DAY = timedelta(days=1)  # the first run of a day looks so far back
MOST = 200  # in one run; the rest comes in the next (Z4)
KINDS = ("incomingMessageReceived", "outgoingMessageReceived", "outgoingAPIMessageReceived")
NO_CHATS = ("status", "newsletter")


@dataclass(frozen=True)
class Outcome:
    """What a run recovered, and when the newest of them that a guest wrote was written."""

    recovered: int = 0
    heard: datetime | None = None


@dataclass(frozen=True)
class _JournalLease:
    instance_id: int
    id_instance: int
    wid: str
    now: datetime
    since: datetime
    is_first: bool


@dataclass(frozen=True)
class _Missing:
    entry: JournalMessage
    body: dict[str, object]


def due(now: datetime) -> list[int]:
    """The instances whose journals are to be compared now."""
    is_due = or_(Instance.reconcile_at.is_(None), Instance.reconcile_at <= now)
    return list(db.session.scalars(select(Instance.id).where(is_due).order_by(Instance.id)))


def after_downtime(settle: timedelta) -> None:
    """We begin to work: compare soon, when what waited for us in Green API's queue has come."""
    at = clock.now() + settle
    with transaction() as work:
        work.session.execute(
            update(Instance)
            .where(or_(Instance.reconcile_at.is_(None), Instance.reconcile_at > at))
            .values(reconcile_at=at),
            execution_options={"synchronize_session": False},
        )


def hasten(settle: timedelta) -> None:
    """Compare now where a status has waited for its message since the last run (P16); not more
    often than a journal that does not answer is asked again.
    """
    now = clock.now()
    waiting = and_(
        WebhookEvent.instance_id == Instance.id,
        WebhookEvent.state == EventState.PARKED,
        WebhookEvent.received_at <= now - settle,
        WebhookEvent.received_at > Instance.reconciled_at,
    )
    found = db.session.scalars(
        select(Instance.id).where(
            Instance.reconcile_at > now,
            or_(Instance.journal_read_at.is_(None), Instance.journal_read_at < now - AGAIN),
            exists().where(waiting),
        )
    ).all()
    if not found:
        return
    with transaction() as work:
        work.session.execute(
            update(Instance).where(Instance.id.in_(found)).values(reconcile_at=now),
            execution_options={"synchronize_session": False},
        )


def reconcile(instance_id: int, settle: timedelta, *, at_once: bool = False) -> Outcome:
    """Compare the number's journals with our rows, once, when it is due (or `at_once`).

    Entries younger than `settle` are left for the next run: their webhooks may be on the way.
    """
    lease = _begin(instance_id, at_once)
    if lease is None:
        return Outcome()
    journal = _read(lease)
    if journal is None:
        return Outcome()
    missing, is_young = _missing(lease, journal, settle)
    outcome = _take_in(lease, missing[:MOST])
    journal_ticks.move(lease.instance_id, journal, lease.now)
    _finish(lease, outcome, settle, is_whole=len(missing) <= MOST, is_young=is_young)
    return outcome


def _begin(instance_id: int, at_once: bool) -> _JournalLease | None:
    """Take the lease to read the journals; None when it cannot be had now.

    The next attempt is set in the same step, so a journal that stays silent is asked again later.
    """
    now = clock.now()
    with transaction() as work:
        instance = line.journal_turn(work, instance_id, now)
        if instance is None:
            return None
        if not at_once and instance.reconcile_at is not None and instance.reconcile_at > now:
            return None
        instance.journal_read_at = now
        instance.reconcile_at = now + AGAIN
        return _JournalLease(
            instance_id=instance_id,
            id_instance=instance.id_instance,
            wid=instance.wid,
            now=now,
            since=_since(instance, now),
            is_first=instance.reconciled_at is None,
        )


def _since(instance: Instance, now: datetime) -> datetime:
    """From when on something may be missing."""
    if instance.reconciled_at is None:
        return now - A_DAY
    since = min(instance.reconciled_at, instance.gap_since or now) - OVERLAP
    if instance.reconciled_at.date() != now.date():
        since = min(since, now - A_DAY)
    return max(since, now - LONGEST_LOOK)


def _read(lease: _JournalLease) -> list[JournalMessage] | None:
    """Both journals as one, oldest first; None when one is silent."""
    minutes = int((lease.now - lease.since) / timedelta(minutes=1)) + 2
    try:
        client = instances.client(lease.instance_id)
        incoming = client.last_incoming_messages(minutes)
        outgoing = client.last_outgoing_messages(minutes)
    except GreenApiError as error:
        log.warning("the journals of instance row %d are silent: %s", lease.instance_id, error.code)
        return None
    found = _oldest_first(incoming) + _oldest_first(outgoing)
    return sorted(found, key=lambda entry: entry.timestamp or lease.since)


def _oldest_first(journal: list[JournalMessage]) -> list[JournalMessage]:
    """Journals begin with the newest. Times are whole seconds, so within one only this order says
    what was written first; should Green API ever lease it round, the times at the ends tell.
    """
    ends = [entry.timestamp for entry in (journal[:1] + journal[-1:]) if entry.timestamp]
    turned_round = len(ends) == 2 and ends[0] < ends[1]
    return journal if turned_round else journal[::-1]


def _missing(
    lease: _JournalLease, journal: list[JournalMessage], settle: timedelta
) -> tuple[list[_Missing], bool]:
    """The entries that we have no trace of, and whether there are others too young to tell."""
    readable = [entry for entry in journal if entry.chat_id.kind not in NO_CHATS]
    known = _known(lease.instance_id, [entry.id_message for entry in readable])
    missing, is_young = [], False
    for entry in readable:
        if entry.id_message in known:
            continue
        if entry.timestamp is not None and entry.timestamp > lease.now - settle:
            is_young = True
            continue
        body = as_webhook(entry.raw, lease.id_instance, lease.wid)
        if body is not None:
            missing.append(_Missing(entry, body))
    return missing, is_young


def _known(instance_id: int, ids: list[str]) -> set[str]:
    """Those ids that a message has, or that a stored notification was about."""
    known: set[str] = set()
    for some in in_batches(ids):
        keys = {
            dedupe_key({"typeWebhook": kind, "idMessage": one}): one
            for one in some
            for kind in KINDS
        }
        known.update(
            one
            for one in db.session.scalars(
                select(Message.id_message).where(
                    Message.instance_id == instance_id, Message.id_message.in_(some)
                )
            )
            if one
        )
        stored = db.session.scalars(
            select(WebhookEvent.dedupe_key).where(
                WebhookEvent.instance_id == instance_id, WebhookEvent.dedupe_key.in_(keys)
            )
        )
        known.update(keys[key] for key in stored)
    db.session.rollback()
    return known


def _take_in(lease: _JournalLease, missing: Iterable[_Missing]) -> Outcome:
    taken = [one.entry for one in missing if _recover(lease, one)]
    heard = [entry.timestamp for entry in taken if entry.timestamp and _is_heard(entry)]
    return Outcome(len(taken), max(heard, default=None))


def _recover(lease: _JournalLease, one: _Missing) -> bool:
    """Take one in, and tell of it in the same transaction: a repair is not done in silence (Z5),
    even if we are killed before the next. What a newly linked number brings along is no fault.
    """
    raw = json.dumps(one.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    with transaction() as work:
        delivery = receiving.WebhookDelivery(
            lease.instance_id, bodies.read(raw), EventSource.JOURNAL
        )
        if receiving.take_in(work, delivery) in (receiving.DUPLICATE, EventState.IGNORED):
            return False
        if not lease.is_first:
            instance = work.session.get_one(Instance, lease.instance_id)
            incidents.open_or_count(
                work,
                instance.hotel_id,
                instance.id,
                incidents.RECOVERED,
                since=one.entry.timestamp or lease.since,
            )
    return True


def _is_heard(entry: JournalMessage) -> bool:
    return entry.direction == "incoming"


def _finish(
    lease: _JournalLease, outcome: Outcome, settle: timedelta, *, is_whole: bool, is_young: bool
) -> None:
    """Write down how far we compared. Nothing to repair: what was is over."""
    with transaction() as work:
        instance = locks.instance(work, lease.instance_id)
        if not outcome.recovered:
            incidents.close(work, instance.id, incidents.RECOVERED)
        if not is_whole:
            instance.reconcile_at = lease.now  # the rest, in the next run
            return
        instance.reconciled_at = lease.now
        instance.reconcile_at = _next(instance, lease.now, settle)
        if is_young:
            instance.reconcile_at = min(instance.reconcile_at, lease.now + settle)
        if instance.gap_since is not None and _is_over(instance, lease.now, settle):
            instance.gap_since = None


def _is_over(instance: Instance, now: datetime, settle: timedelta) -> bool:
    """The line has stood for so long that the journal knows all of the gap."""
    return instance.state == "authorized" and (
        instance.state_since is None or now >= instance.state_since + settle
    )


def _next(instance: Instance, now: datetime, settle: timedelta) -> datetime:
    """In about an hour; sooner while the journal may not know the whole gap yet."""
    closing = instance.gap_since is not None and instance.state == "authorized"
    if closing and not _is_over(instance, now, settle):
        return (instance.state_since or now) + settle
    return now + EVERY * random.uniform(0.95, 1.05)
