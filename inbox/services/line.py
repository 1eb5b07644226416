"""The hotel's line to WhatsApp: its state, why it is paused, and what the desk is told of it
(D6).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi.errors import WORDS, Reason
from inbox.greenapi.states import InstanceState, State
from inbox.models import Instance
from inbox.services.transaction import Work

PROBE_EVERY = timedelta(seconds=60)  # a paused number is tried again so often
RATE_LIMITED = "rate_limited"

OK, SOON, BAD, OFF = "ok", "soon", "bad", "off"


@dataclass(frozen=True)
class LineHealth:
    """One number of the hotel. `level` is ok, soon (wait a little), bad (act now) or off (not
    linked).
    """

    instance: Instance
    level: str
    words: str


def health(hotel_id: int) -> list[LineHealth]:
    """How each number of the hotel is doing, in words."""
    instances = db.session.scalars(
        select(Instance).where(Instance.hotel_id == hotel_id).order_by(Instance.id)
    )
    return [LineHealth(instance, *_level_and_words(instance)) for instance in instances]


def _level_and_words(instance: Instance) -> tuple[str, str]:
    if instance.pause_reason == RATE_LIMITED:
        return SOON, WORDS[RATE_LIMITED]
    if instance.pause_reason == Reason.STARTING:
        return SOON, WORDS[Reason.STARTING]
    if instance.pause_reason:
        return BAD, WORDS.get(instance.pause_reason, "WhatsApp does not take messages now.")
    if instance.state == State.UNKNOWN and instance.last_event_at is None:
        return OFF, "Not heard from WhatsApp yet."
    if instance.state in (State.AUTHORIZED, State.UNKNOWN):
        return OK, "WhatsApp connected"
    return BAD, "The state of the WhatsApp connection is unclear."


def state_reported(
    work: Work, instance: Instance, state: InstanceState, at: datetime | None
) -> None:
    """The provider says what state the number is in. News older than what we know is passed
    over.
    """
    moment = min(at or clock.now(), clock.now())
    if instance.state_since is not None and moment < instance.state_since:
        return
    if state.state != instance.state:
        instance.state = state.state
        instance.state_since = moment
    if state.reason is not None:
        pause(work, instance, state.reason)
    else:
        resume(work, instance)
    work.changed(instance.hotel_id, "line")


def pause(work: Work, instance: Instance, reason: str) -> None:
    """Stop sending from this number and tell the desk. A send is tried again every minute."""
    instance.paused_until = clock.now() + PROBE_EVERY
    if instance.pause_reason != reason:
        instance.pause_reason = reason
        work.changed(instance.hotel_id, "line")


def resume(work: Work, instance: Instance) -> None:
    """Send again, at once."""
    if instance.pause_reason or instance.paused_until is not None:
        instance.pause_reason = ""
        instance.paused_until = None
        instance.backoff_level = 0
        work.changed(instance.hotel_id, "line")
        work.ring(workers.SEND, instance.id)
