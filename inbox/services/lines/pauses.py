"""A paused number is asked for its state once a minute, and sends again when it may (D6)."""

import logging
from datetime import datetime

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi import Decision, GreenApiError
from inbox.models import Instance
from inbox.services import audit, locks
from inbox.services.lines import instances, line
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)


def due(now: datetime) -> list[int]:
    """The paused numbers whose state is to be asked now."""
    return list(
        db.session.scalars(
            select(Instance.id)
            .where(Instance.pause_reason != "", Instance.paused_until <= now)
            .order_by(Instance.paused_until)
        )
    )


def probe(instance_id: int) -> None:
    """Ask for the state if it is time, and act on it. Safe to repeat; never raises for what Green
    API answers.
    """
    if not _begin(instance_id):
        return
    try:
        state = instances.client(instance_id).get_state_instance()
    except GreenApiError as error:
        log.info("instance row %d does not tell its state: %s", instance_id, error.code)
        if error.decision is Decision.PAUSE_INSTANCE:
            _still_paused(instance_id, error.reason or error.code)
        return
    with transaction() as work:
        line.state_reported(work, locks.instance(work, instance_id), state, None)


def _begin(instance_id: int) -> bool:
    """Take the turn, and put off the next one in the same step."""
    now = clock.now()
    with transaction() as work:
        instance = locks.free_instance(
            work, instance_id, Instance.pause_reason != "", Instance.paused_until <= now
        )
        if instance is None or not line.may_ask_state(instance, now):
            return False
        instance.state_asked_at = now
        instance.paused_until = now + line.PROBE_EVERY
        return True


def _still_paused(instance_id: int, reason: str) -> None:
    with transaction() as work:
        line.pause(work, locks.instance(work, instance_id), reason)


def ask_now(hotel_id: int, instance_id: int, staff_id: int) -> None:
    """A person wants the state asked at once. Raises `NotFound`, also for another hotel's."""
    with transaction() as work:
        instance = locks.instance_of(work, hotel_id, instance_id)
        if not instance.pause_reason:
            return
        instance.paused_until = clock.now()
        work.wake(workers.RESUME, instance_id)
        audit.act(work, staff_id, "instance.ask_state", instance)
