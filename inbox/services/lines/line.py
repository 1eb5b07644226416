"""The hotel's line to WhatsApp: its state, why it is paused, and what the desk is told of it
(D6).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from inbox import clock
from inbox.dispatch import workers
from inbox.extensions import db
from inbox.greenapi.errors import WORDS, Reason
from inbox.greenapi.states import InstanceState, State
from inbox.models import Hotel, Incident, Instance
from inbox.services import locks
from inbox.services.lines import backlog, incident_texts, incidents
from inbox.services.lines.backlog import NOTHING, Backlog
from inbox.services.transaction import Work

PROBE_EVERY = timedelta(seconds=60)  # a paused number's state is asked so often
ASK_EVERY = timedelta(seconds=1)  # docs/green-api.md 3.3: getStateInstance takes one call a second
READ_EVERY = timedelta(seconds=2)  # each journal takes one call a second
SKEW = timedelta(minutes=2)  # how far the provider's clock may be from ours
RATE_LIMITED = "rate_limited"
SILENT_STATES = (
    State.NOT_AUTHORIZED,
    State.PENDING_CODE,
    State.BLOCKED,
    State.SLEEPING,
    State.STARTING,
)
SECRET_UNREADABLE = "secret_unreadable"
OUR_WORDS = {
    SECRET_UNREADABLE: "The stored access token does not open. Check LOBBY_ENCRYPTION_KEYS."
}

OK, SOON, BAD, OFF = "ok", "soon", "bad", "off"


# Asked whenever a page moves, so it is put together once.
_NUMBERS = select(Instance).where(Instance.hotel_id == bindparam("hotel_id")).order_by(Instance.id)


@dataclass(frozen=True)
class Notice:
    """One thing to know about a number. `level` is that of `LineHealth`."""

    level: str
    words: str


@dataclass(frozen=True)
class LineHealth:
    """One number of the hotel. `level` is ok, soon (wait a little), bad (act now) or off (not
    linked). `notices` are its open incidents, as far as `words` do not tell them. `backlog` is what
    waits for a paused number.
    """

    instance: Instance
    level: str
    words: str
    notices: tuple[Notice, ...] = ()
    backlog: Backlog = NOTHING


def health(hotel_id: int) -> list[LineHealth]:
    """How each number of the hotel is doing, in words."""
    instances = db.session.scalars(_NUMBERS, {"hotel_id": hotel_id}).all()
    told = _notices(hotel_id)
    waits = backlog.of_hotel(hotel_id) if any(one.pause_reason for one in instances) else {}
    return [_health(one, told.get(one.id, ()), waits.get(one.id, NOTHING)) for one in instances]


def _health(instance: Instance, told: tuple[Notice, ...], waits: Backlog) -> LineHealth:
    """A line is not called connected while an incident says that guests are not heard (P12)."""
    level, words = _level_and_words(instance)
    if told and told[0].level == BAD and level in (OK, OFF):
        level, words, told = BAD, told[0].words, told[1:]
    return LineHealth(instance, level, words, told, waits if instance.pause_reason else NOTHING)


def _notices(hotel_id: int) -> dict[int, tuple[Notice, ...]]:
    """The open incidents in words, by number, the worst first."""
    found = incidents.of_hotel(hotel_id)
    if not found:
        return {}
    timezone = db.session.get_one(Hotel, hotel_id).timezone
    by_instance: dict[int, tuple[Notice, ...]] = {}
    for incident in sorted(found, key=lambda one: one.kind not in incident_texts.BAD):
        notice = Notice(_level_of(incident), incident_texts.sentence(incident, timezone))
        by_instance[incident.instance_id] = (*by_instance.get(incident.instance_id, ()), notice)
    return by_instance


def _level_of(incident: Incident) -> str:
    return BAD if incident.kind in incident_texts.BAD else SOON


def words(instance: Instance) -> str:
    """How the number is doing, leaving its incidents aside."""
    return _level_and_words(instance)[1]


def _level_and_words(instance: Instance) -> tuple[str, str]:
    if instance.pause_reason == RATE_LIMITED:
        return SOON, WORDS[RATE_LIMITED]
    if instance.pause_reason == Reason.STARTING:
        return SOON, WORDS[Reason.STARTING]
    if instance.pause_reason:
        ours = OUR_WORDS.get(instance.pause_reason, "WhatsApp does not take messages now.")
        return BAD, WORDS.get(instance.pause_reason, ours)
    if instance.state == State.UNKNOWN and instance.last_event_at is None:
        return OFF, "Not heard from WhatsApp yet."
    if instance.state in (State.AUTHORIZED, State.UNKNOWN):
        return OK, "WhatsApp connected"
    return BAD, "The state of the WhatsApp connection is unclear."


def state_reported(
    work: Work, instance: Instance, state: InstanceState, at: datetime | None
) -> None:
    """The provider says what state the number is in: a notification with its time `at`, or an
    answer of this moment. A notification older than what we know is passed over.
    """
    moment = min(at or clock.now(), clock.now())
    if at is not None and not _is_news(instance, moment):
        return
    if state.state != instance.state:
        _note_gap(work, instance, state.state, moment)
        instance.state = state.state
        instance.state_since = moment
    if state.reason is not None:
        pause(work, instance, state.reason)
    else:
        resume(work, instance)
    work.changed(instance.hotel_id, "line")


def _is_news(instance: Instance, moment: datetime) -> bool:
    """Notifications are compared by the provider's clock, which counts in whole seconds; with what
    we learnt at a moment of our own clock only as far as the two may differ.
    """
    told_at, since = instance.state_told_at, instance.state_since
    if told_at is not None and moment < told_at:
        return False
    if since is not None and moment < since - SKEW:
        return False
    instance.state_told_at = moment
    return True


def _note_gap(work: Work, instance: Instance, state: State, moment: datetime) -> None:
    """While a number is not linked, messages may be lost (P6): when it is, the journals tell."""
    if state == State.AUTHORIZED:
        instance.gap_since = instance.gap_since or instance.last_event_at or instance.created_at
        instance.reconcile_at = clock.now()
        work.wake(workers.RECONCILE, instance.id)
    elif state in SILENT_STATES and instance.gap_since is None:
        instance.gap_since = moment


def may_ask_state(instance: Instance, now: datetime) -> bool:
    """Whether Green API may be asked for the state now. Who asks writes `state_asked_at` first."""
    return instance.state_asked_at is None or now - instance.state_asked_at >= ASK_EVERY


def journal_turn(work: Work, instance_id: int, now: datetime) -> Instance | None:
    """Hold the number whose journal may be read now; None when somebody else is at it, or was a
    moment ago. Who reads it writes `journal_read_at` first.
    """
    instance = locks.free_instance(work, instance_id)
    if instance is None or instance.journal_read_at is None:
        return instance
    return instance if now - instance.journal_read_at >= READ_EVERY else None


def pause(work: Work, instance: Instance, reason: str) -> None:
    """Stop sending from this number and tell the desk. Its state is asked again in a minute
    (pauses.py): a send is no probe, since Green API would take it and keep it.
    """
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
        work.wake(workers.SEND, instance.id)
