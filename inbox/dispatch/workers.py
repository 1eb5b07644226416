"""Ring a worker. A job carries ids only; the worker looks in the database for what is due (D1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from inbox.dispatch.link import link

SENDING = "sending"
BACKGROUND = "background"
QUEUES = (SENDING, BACKGROUND)
FAILURE_SECONDS = 3600
JOB_SECONDS = 120
RUNG_SECONDS = 5  # a bell that was lost with its worker is silent for no longer


@dataclass(frozen=True)
class Bell:
    """A job that can be rung for: the queue it waits in and the function that answers."""

    queue: str
    job: str


SEND = Bell(SENDING, "inbox.jobs.sending.drain")
FETCH_MEDIA = Bell(BACKGROUND, "inbox.jobs.media.fetch")
CHECK_STATUS = Bell(BACKGROUND, "inbox.jobs.status.check")
RECONCILE = Bell(BACKGROUND, "inbox.jobs.journal.reconcile")
ASK_NUMBER = Bell(BACKGROUND, "inbox.jobs.identity.ask")
READ_MOOD = Bell(BACKGROUND, "inbox.jobs.mood.read")
BELLS = (SEND, FETCH_MEDIA, CHECK_STATUS, RECONCILE, ASK_NUMBER, READ_MOOD)


def ring(bell: Bell, *ids: int) -> None:
    """Enqueue the job, unless the same one waits in the queue already and will see this work too.
    If Redis is silent nothing is lost: the sweepers find the work.
    """

    def enqueue(client: Redis) -> None:
        if not client.set(_rung(bell.job, ids), 1, nx=True, ex=RUNG_SECONDS):
            return
        Queue(bell.queue, connection=client, serializer=JSONSerializer).enqueue(
            bell.job, *ids, result_ttl=0, failure_ttl=FAILURE_SECONDS, job_timeout=JOB_SECONDS
        )

    link.attempt(enqueue)


def answered(client: Redis, job: str, ids: Sequence[int]) -> None:
    """The job begins: who rings from now on is heard anew. Said before it looks for work."""
    client.delete(_rung(job, ids))


def _rung(job: str, ids: Sequence[int]) -> str:
    return f"lobby:rung:{job}:{','.join(map(str, ids))}"
