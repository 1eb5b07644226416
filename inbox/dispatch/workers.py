"""Ring a worker. A job carries ids only; the worker looks in the database for what is due (D1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis
from redis.client import Pipeline
from rq import Queue
from rq.serializers import JSONSerializer

SENDING = "sending"
BACKGROUND = "background"
QUEUES = (SENDING, BACKGROUND)
FAILURE_SECONDS = 3600
JOB_SECONDS = 120
FILE_SECONDS = 3600  # a large file over a slow line; files have limits of their own, by what moves
RUNG_SECONDS = 5  # a bell that was lost with its worker is silent for no longer


@dataclass(frozen=True)
class Bell:
    """A job that can be rung for: the queue it waits in, the function that answers, and after how
    many seconds RQ breaks it off.
    """

    queue: str
    job: str
    seconds: int = JOB_SECONDS


SEND = Bell(SENDING, "inbox.jobs.sending.drain")
FETCH_MEDIA = Bell(BACKGROUND, "inbox.jobs.media.fetch", FILE_SECONDS)
CHECK_STATUS = Bell(BACKGROUND, "inbox.jobs.status.check")
CHECK_NUMBER = Bell(BACKGROUND, "inbox.jobs.status.check_number")
RECONCILE = Bell(BACKGROUND, "inbox.jobs.journal.reconcile")
ASK_NUMBER = Bell(BACKGROUND, "inbox.jobs.identity.ask")
READ_MOOD = Bell(BACKGROUND, "inbox.jobs.mood.read")
UPLOAD = Bell(BACKGROUND, "inbox.jobs.files.upload", FILE_SECONDS)
CORRECT = Bell(BACKGROUND, "inbox.jobs.corrections.carry_out")
RECEIPT = Bell(BACKGROUND, "inbox.jobs.receipts.tell")
RESUME = Bell(BACKGROUND, "inbox.jobs.line.resume")
BELLS = (
    SEND,
    FETCH_MEDIA,
    CHECK_STATUS,
    CHECK_NUMBER,
    RECONCILE,
    ASK_NUMBER,
    READ_MOOD,
    UPLOAD,
    CORRECT,
    RECEIPT,
    RESUME,
)


@dataclass(frozen=True)
class Ring:
    """A bell, and the ids that its job is told."""

    bell: Bell
    ids: tuple[int, ...]

    def mark(self, pipeline: Pipeline) -> None:
        """Mark it as rung. The answer is empty when it was already and nobody has answered."""
        pipeline.set(_rung(self.bell.job, self.ids), 1, nx=True, ex=RUNG_SECONDS)

    def enqueue(self, client: Redis, pipeline: Pipeline) -> None:
        """Put the job into its queue."""
        job = Queue.prepare_data(
            self.bell.job,
            self.ids,
            result_ttl=0,
            failure_ttl=FAILURE_SECONDS,
            timeout=self.bell.seconds,
        )
        queue = Queue(self.bell.queue, connection=client, serializer=JSONSerializer)
        queue.enqueue_many([job], pipeline=pipeline)


def answered(client: Redis, job: str, ids: Sequence[int]) -> None:
    """The job begins: who rings from now on is heard anew. Said before it looks for work."""
    client.delete(_rung(job, ids))


def _rung(job: str, ids: Sequence[int]) -> str:
    return f"lobby:rung:{job}:{','.join(map(str, ids))}"
