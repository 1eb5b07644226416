"""How guests sound: each of their texts is read once, and an upset guest or a danger raises a flag
on the conversation until a person takes it down.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import func, select, tuple_, update

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Message, Sentiment
from inbox.models.states import ConversationStatus
from inbox.sentiment import DANGER, UNKNOWN, UPSET, Embedded, NoReading, OpenAiCompatible, Reading
from inbox.sentiment import danger as danger_words
from inbox.services import audit, locks
from inbox.services.conversations import conversations
from inbox.services.transaction import Work, transaction
from inbox.services.upserts import put_all

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=2)  # the rung job comes first; the sweeper takes what it left
BATCH = 50
LEASE = timedelta(seconds=30)  # longer than a model may take
PATIENCE = timedelta(seconds=15)  # what waited longer is read by the embedded analyser
BUDGET_WINDOW = timedelta(hours=1)
LOUDNESS = {"": 0, UPSET: 1, DANGER: 2}
NO_ANSWER = " (no answer)"
_embedded = Embedded()


@dataclass(frozen=True)
class Model:
    """A language model that may be asked, so many times an hour for each hotel."""

    analyser: OpenAiCompatible
    hourly: int


@dataclass(frozen=True)
class Task:
    """A message to read."""

    message_id: int
    hotel_id: int
    conversation_id: int
    due_at: datetime
    recovered: bool
    body: str = field(repr=False)


@cache
def model(url: str, key: str, name: str, hourly: int) -> Model:
    """The model of these settings; one for the process, so that it remembers its failures."""
    return Model(OpenAiCompatible(url, key, name), hourly)


def read_all(asked: Model | None, *, late: timedelta = timedelta(0)) -> int:
    """Read every message that is due, or `late` by so much, and flag conversations if need be.

    What needs no model is written in one transaction for the whole batch. Returns how many were
    read. Safe to repeat and to run twice.
    """
    count = 0
    while tasks := waiting(clock.now() - late):
        for_model = [task for task in tasks if asked is not None and _asks(task, asked)]
        ours = [task for task in tasks if task not in for_model]
        _record([(task, _by_words(task)) for task in ours])
        for task in for_model:
            _read_by_model(task, asked)
        count += len(tasks)
        if len(tasks) < BATCH:
            break
    return count


def _asks(task: Task, asked: Model) -> bool:
    return danger_words.find(task.body) is None and _may_ask(task, asked)


def _read_by_model(task: Task, asked: Model | None) -> None:
    claimed = claim(task) if asked else None
    if asked is not None and claimed is not None:
        _record([(claimed, _ask(claimed, asked.analyser))])


def _by_words(task: Task) -> Reading:
    """What the word lists say. A fault in them must not bring the message back every second."""
    try:
        return danger_words.find(task.body) or _embedded.read(task.body)
    except Exception as error:  # noqa: BLE001  (its text might quote the guest)
        log.error("message %d could not be read: %s", task.message_id, type(error).__name__)
        return Reading(0.0, UNKNOWN, "", Embedded.name)


def dismiss_flag(
    hotel_id: int, conversation_id: int, staff_id: int, sentiment: str = DANGER
) -> None:
    """A person says "not upset": the flag goes, and nothing read so far raises it again.

    `sentiment` is the flag that the person saw: a louder one that came meanwhile stays. Safe to
    repeat. Raises `NotFound`.
    """
    with transaction() as work:
        conversation = locks.conversation_of(work, hotel_id, conversation_id)
        if not conversation.sentiment or LOUDNESS[conversation.sentiment] > LOUDNESS.get(
            sentiment, 0
        ):
            return
        was = conversation.sentiment
        conversation.dismissed_until_id = _newest_read(work, conversation)
        conversations.clear_flag(conversation)
        work.changed(hotel_id, "conversation", conversation_id)
        audit.act(work, staff_id, "conversation.calm", conversation, sentiment=was)


def waiting(until: datetime) -> list[Task]:
    """What nobody has read yet, oldest first. Nothing is held while a model is awaited."""
    rows = db.session.execute(
        select(
            Message.id,
            Message.hotel_id,
            Message.conversation_id,
            Message.body,
            Message.analyse_at,
            Message.recovered,
        )
        .where(Message.analyse_at.is_not(None), Message.analyse_at <= until)
        .order_by(Message.analyse_at)
        .limit(BATCH)
    ).all()
    db.session.rollback()
    return [
        Task(
            message_id=row.id,
            hotel_id=row.hotel_id,
            conversation_id=row.conversation_id,
            body=row.body,
            due_at=row.analyse_at or until,
            recovered=row.recovered,
        )
        for row in rows
    ]


def _may_ask(task: Task, asked: Model) -> bool:
    """Whether the model is worth asking: it answers, this is news, and the hour's budget holds."""
    if asked.analyser.is_resting or task.recovered or clock.now() - task.due_at > PATIENCE:
        return False
    spent = db.session.scalar(
        select(func.count())
        .select_from(Sentiment)
        .where(
            Sentiment.hotel_id == task.hotel_id,
            Sentiment.at > clock.now() - BUDGET_WINDOW,
            Sentiment.analyser.not_in((Embedded.name, danger_words.NAME)),
        )
    )
    db.session.rollback()
    return (spent or 0) < asked.hourly


def claim(task: Task) -> Task | None:
    """Take the message for as long as a model may need, so that no other worker asks as well."""
    lease = clock.now() + LEASE
    with transaction() as work:
        claimed = work.session.execute(
            update(Message)
            .where(Message.id == task.message_id, Message.analyse_at == task.due_at)
            .values(analyse_at=lease)
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
    return replace(task, due_at=lease) if claimed else None


def _ask(task: Task, analyser: OpenAiCompatible) -> Reading:
    """The model's reading, or ours; ours also when the model cannot read it either."""
    try:
        reading = analyser.read(task.body)
    except NoReading as reason:
        log.warning(
            "the sentiment of message %d: the model gave none (%s)", task.message_id, reason
        )
        ours = _embedded.read(task.body)
        return Reading(ours.score, ours.label, ours.why, ours.analyser + NO_ANSWER)
    if reading.label != UNKNOWN:
        return reading
    ours = _embedded.read(task.body)
    return reading if ours.label == UNKNOWN else ours


def _record(readings: list[tuple[Task, Reading]]) -> None:
    """Write the readings that nobody else wrote meanwhile, and raise flags. The conversations that
    may get one are locked before their messages and in one order, as everywhere.
    """
    if not readings:
        return
    with transaction() as work:
        loud = sorted(
            (one for one in readings if one[1].label in (UPSET, DANGER)),
            key=lambda one: one[0].conversation_id,
        )
        held = [locks.conversation_of(work, it.hotel_id, it.conversation_id) for it, _ in loud]
        sorted_at = _taken(work, [task for task, _ in readings])
        _write(work, [one for one in readings if one[0].message_id in sorted_at])
        for (task, reading), conversation in zip(loud, held, strict=True):
            at = sorted_at.get(task.message_id)
            if at is not None and _still_matters(task, conversation, at):
                _raise(work, conversation, task.message_id, reading.label, at)


def _taken(work: Work, tasks: list[Task]) -> dict[int, datetime]:
    """Mark those as read that still wait as they did; when each was said, by its id."""
    due_at = {task.message_id: task.due_at for task in tasks}
    mine = select(Message.id).where(
        Message.id.in_(due_at),  # SQLite finds no index for pairs
        tuple_(Message.id, Message.analyse_at).in_(due_at.items()),
    )
    rows = work.session.execute(
        update(Message)
        .where(Message.id.in_(locks.held(mine, free=True)))
        .values(analyse_at=None)
        .returning(Message.id, Message.sorted_at),
        execution_options={"synchronize_session": False},
    )
    return {row.id: row.sorted_at for row in rows}


def _write(work: Work, readings: list[tuple[Task, Reading]]) -> None:
    at = clock.now()
    put_all(
        work.session,
        Sentiment,
        "message_id",
        [
            {
                "message_id": task.message_id,
                "hotel_id": task.hotel_id,
                "score": reading.score,
                "label": reading.label,
                "why": reading.why,
                "analyser": reading.analyser,
                "at": at,
            }
            for task, reading in readings
        ],
    )


def _still_matters(task: Task, conversation: Conversation, at: datetime) -> bool:
    """Whether a person still has to learn of it: not called calm, not put away, and if it came out
    of the journal, not answered since."""
    if (
        task.message_id <= (conversation.dismissed_until_id or 0)
        or conversation.status == ConversationStatus.DONE
    ):
        return False
    waits = conversation.waiting_since is not None and conversation.waiting_since <= at
    return waits or not task.recovered


def _raise(
    work: Work, conversation: Conversation, message_id: int, sentiment: str, at: datetime
) -> None:
    """Set the flag, or make it louder. The newest message of the same loudness is its reason."""
    louder = LOUDNESS[sentiment] - LOUDNESS[conversation.sentiment]
    newer = message_id > (conversation.sentiment_message_id or 0)
    if louder < 0 or (louder == 0 and not newer):
        return
    if louder:
        conversation.sentiment, conversation.sentiment_since = sentiment, at
    conversation.sentiment_message_id = message_id
    work.changed(conversation.hotel_id, "conversation", conversation.id)


def _newest_read(work: Work, conversation: Conversation) -> int | None:
    return work.session.scalar(
        select(func.max(Sentiment.message_id))
        .join(Message, Message.id == Sentiment.message_id)
        .where(Message.conversation_id == conversation.id)
    )
