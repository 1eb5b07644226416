"""Ring a worker. A job carries ids only; the worker looks in the database for what is due (D1)."""

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
BELLS = (SEND, FETCH_MEDIA, CHECK_STATUS, RECONCILE, ASK_NUMBER)


def ring(bell: Bell, *ids: int) -> None:
    """Enqueue the job. If Redis is silent nothing is lost: the sweepers find the work."""

    def enqueue(client: Redis) -> None:
        Queue(bell.queue, connection=client, serializer=JSONSerializer).enqueue(
            bell.job, *ids, result_ttl=0, failure_ttl=FAILURE_SECONDS, job_timeout=JOB_SECONDS
        )

    link.attempt(enqueue)
