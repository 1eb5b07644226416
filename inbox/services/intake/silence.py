"""A line that says it is connected and hears nothing (P5, P12, Z1): noticed by its rhythm, proved
by Green API's own books, helped by one restart, and told to the desk.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import GreenApiError, State
from inbox.models import Incident, Instance, Message
from inbox.models.states import MessageStatus, Receive
from inbox.services import locks
from inbox.services.intake import reconciliation, traffic_baseline
from inbox.services.intake.reconciliation import Outcome
from inbox.services.lines import incidents, instances, line
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

PROBE_EVERY = timedelta(minutes=5)  # getStateInstance takes one call a second
LOOK_EVERY = timedelta(hours=1)  # how often an unusual silence is looked for where none is near
SILENT = timedelta(minutes=10)  # Green API posts again every minute: longer is no hiccup
CONFIRM = timedelta(minutes=1)  # what may pass in this very moment is looked at again
STUCK = timedelta(minutes=10)  # a message that WhatsApp took is sent within seconds
STUCK_LOOK = timedelta(days=1)
REBOOT_EVERY = timedelta(hours=6)
FORGET = timedelta(hours=2)  # without new evidence
EVIDENT = 2  # so many missed messages prove it, even where silence is usual


@dataclass(frozen=True)
class Queues:
    """What waits at Green API: notifications for us, and messages to be sent; 0 when it did not
    say. `seen_since` is when notifications were first seen to wait, if they were.
    """

    webhooks: int = 0
    sends: int = 0
    seen_since: datetime | None = None


NOTHING = Queues()


def due(now: datetime) -> list[int]:
    """The instances that are to be looked at now."""
    return list(
        db.session.scalars(
            select(Instance.id)
            .where(or_(Instance.probe_at.is_(None), Instance.probe_at <= now))
            .order_by(Instance.id)
        )
    )


def look(instance_id: int, settle: timedelta) -> None:
    """See whether the number is unusually quiet, and if so ask Green API. Most looks end at once,
    with the moment of the next one.
    """
    now = clock.now()
    probe_at = _suspicious_from(instance_id, now)
    with transaction() as work:
        instance = locks.free_instance(work, instance_id)
        if instance is None or (instance.probe_at is not None and instance.probe_at > now):
            return
        asks = probe_at <= now and line.may_ask_state(instance, now)
        next_look = now + (PROBE_EVERY if asks else line.ASK_EVERY)
        instance.probe_at = next_look if probe_at <= now else probe_at
        if asks:
            instance.state_asked_at = now
    if asks:
        probe(instance_id, settle)


def _suspicious_from(instance_id: int, now: datetime) -> datetime:
    """From when on the number is to be asked about. One that was not connected is asked again: the
    news that it is may have been lost with the rest.
    """
    instance = db.session.get_one(Instance, instance_id)
    if instance.state != State.AUTHORIZED or _open(instance_id) or _stuck_since(instance_id, now):
        return now
    learnt = traffic_baseline.of(instance_id, now)
    heard_at = instance.last_inbound_at or instance.created_at
    unusual = learnt.unusual_from(heard_at) if learnt else None
    return min(max(unusual or now + LOOK_EVERY, now), now + LOOK_EVERY)


def _open(instance_id: int) -> Incident | None:
    """The incident of a number that is known to hear nothing: it is looked after until it hears."""
    return db.session.scalar(
        select(Incident).where(
            Incident.instance_id == instance_id,
            Incident.kind == incidents.SILENT,
            Incident.closed_at.is_(None),
        )
    )


def _stuck_since(instance_id: int, now: datetime) -> datetime | None:
    """Since when a message that WhatsApp took does not leave its queue (P11, P12). The index of
    due status checks finds it: such a message is still asked about.
    """
    oldest = db.session.scalar(
        select(func.min(Message.accepted_at)).where(
            Message.check_at.is_not(None),
            Message.instance_id == instance_id,
            Message.status == MessageStatus.ACCEPTED,
            Message.id_message.is_not(None),
            Message.accepted_at > now - STUCK_LOOK,
        )
    )
    return oldest if oldest is not None and oldest < now - STUCK else None


def compare(instance_id: int, settle: timedelta) -> None:
    """Compare the journals when that is due, and judge the line by what had to be recovered."""
    outcome = reconciliation.reconcile(instance_id, settle)
    if outcome.recovered:
        judge(instance_id, outcome)


def probe(instance_id: int, settle: timedelta) -> None:
    """Ask Green API for the state, its queues and its journals, and act on what they prove."""
    try:
        client = instances.client(instance_id)
        state = client.get_state_instance()
    except GreenApiError as error:
        log.warning("instance row %d does not tell its state: %s", instance_id, error.code)
        return
    with transaction() as work:
        instance = locks.instance(work, instance_id)
        if state.state != instance.state:
            line.state_reported(work, instance, state, None)
        if state.state == State.STARTING:
            instance.probe_at = clock.now() + CONFIRM
        seen_since = instance.gap_since
    if state.state != State.AUTHORIZED:
        return
    queues = Queues(
        _asked(client.get_webhooks_count), _asked(client.get_messages_count), seen_since
    )
    outcome = reconciliation.reconcile(instance_id, settle, at_once=True)
    judge(instance_id, outcome, queues, least=1)


def _asked(count: Callable[[], int]) -> int:
    """A count that is not told proves nothing."""
    try:
        return count()
    except GreenApiError:
        return 0


def judge(
    instance_id: int, outcome: Outcome, queues: Queues = NOTHING, *, least: int = EVIDENT
) -> None:
    """Decide from evidence whether the number is silent: restart it once, and tell the desk.

    `least` is how many recovered messages count as evidence.
    """
    now = clock.now()
    with transaction() as work:
        instance = locks.instance(work, instance_id)
        evidence = _Evidence(
            missed=_missed(instance, outcome) if outcome.recovered >= least else 0,
            webhooks=_undelivered(instance, queues, now),
            stuck_since=_stuck_since(instance_id, now) if queues.sends else None,
            sends=queues.sends,
        )
        if not evidence:
            _close_if_over(work, instance, now)
            return
        wants_reboot = _may_reboot(instance, now, evidence)
        if wants_reboot:
            instance.rebooted_at = now
        _tell(work, instance, evidence, now if wants_reboot else None)
    if wants_reboot:
        _reboot(instance_id)


@dataclass(frozen=True)
class _Evidence:
    """What proves that the number is silent; false when nothing does."""

    missed: int
    webhooks: int
    stuck_since: datetime | None
    sends: int

    def __bool__(self) -> bool:
        return bool(self.missed or self.webhooks or self.stuck_since)


def _tell(
    work: Work, instance: Instance, evidence: _Evidence, rebooted_at: datetime | None
) -> None:
    silent_since = instance.last_event_at or instance.created_at
    is_silent = evidence.missed or evidence.webhooks
    incidents.open_or_count(
        work,
        instance.hotel_id,
        instance.id,
        incidents.SILENT,
        since=silent_since if is_silent else evidence.stuck_since,
        missed=evidence.missed,
        waiting=evidence.webhooks,
        sends=evidence.sends if evidence.stuck_since else 0,
        rebooted_at=rebooted_at,
    )


def _missed(instance: Instance, outcome: Outcome) -> int:
    """How many were recovered, if they were written while the number said it was connected and
    nothing has come by itself since: one lost among others that came is a loss, but no deafness.
    """
    if outcome.heard is None:
        return 0
    later = [at for at in (instance.last_event_at, instance.state_since) if at is not None]
    return outcome.recovered if all(at < outcome.heard for at in later) else 0


def _undelivered(instance: Instance, queues: Queues, now: datetime) -> int:
    """How many notifications wait and are not brought. Seen once, they are looked at again in a
    minute, since one may just be on its way.
    """
    heard_at = instance.last_event_at or instance.created_at
    linked_at = instance.state_since or instance.created_at
    if not queues.webhooks or now - max(heard_at, linked_at) < SILENT:
        return 0
    seen_since = queues.seen_since
    if seen_since and heard_at < seen_since <= now - CONFIRM:
        return queues.webhooks
    instance.gap_since = instance.gap_since or now
    instance.probe_at = now + CONFIRM
    return 0


def _may_reboot(instance: Instance, now: datetime, evidence: _Evidence) -> bool:
    """Once in six hours. Not for a queue that our own receiver does not empty: a restart of the
    number would not help that.
    """
    is_ours = instance.receive == Receive.POLL and not (evidence.missed or evidence.stuck_since)
    rested = instance.rebooted_at is None or now - instance.rebooted_at > REBOOT_EVERY
    return rested and not is_ours


def _reboot(instance_id: int) -> None:
    try:
        instances.client(instance_id).reboot()
    except GreenApiError as error:
        log.error("instance row %d is silent and cannot be restarted: %s", instance_id, error.code)
        return
    log.warning("instance row %d was silent and is restarted", instance_id)


def close_heard(now: datetime) -> None:
    """Close the incidents of numbers that hear again: something came by itself since."""
    heard = db.session.scalars(
        select(Incident.instance_id)
        .join(Instance, Instance.id == Incident.instance_id)
        .where(
            Incident.kind == incidents.SILENT,
            Incident.closed_at.is_(None),
            Instance.last_event_at > Incident.last_at,
        )
    ).all()
    for instance_id in heard:
        with transaction() as work:
            _close_if_over(work, locks.instance(work, instance_id), now)


def _close_if_over(work: Work, instance: Instance, now: datetime) -> None:
    """It is over when something came by itself, or when nothing has spoken for it in a while;
    not while a message is stuck.
    """
    incident = _open(instance.id)
    if incident is None or _stuck_since(instance.id, now):
        return
    heard = instance.last_event_at is not None and instance.last_event_at > incident.last_at
    if heard or now - incident.last_at > FORGET:
        incidents.close(work, instance.id, incidents.SILENT)
