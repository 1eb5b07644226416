"""Wake a worker. A job carries ids only; the worker looks in the database for what is due (D1)."""

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
REQUESTED_SECONDS = 5  # a job that was lost with its worker is missed for no longer


@dataclass(frozen=True)
class JobKind:
    """A kind of job: the queue it waits in, the function that does it, and after how many seconds
    RQ breaks it off.
    """

    queue: str
    job: str
    seconds: int = JOB_SECONDS


SEND = JobKind(SENDING, "inbox.jobs.sending.drain")
FETCH_MEDIA = JobKind(BACKGROUND, "inbox.jobs.media.fetch", FILE_SECONDS)
CHECK_STATUS = JobKind(BACKGROUND, "inbox.jobs.status.check")
CHECK_NUMBER = JobKind(BACKGROUND, "inbox.jobs.status.check_number")
RECONCILE = JobKind(BACKGROUND, "inbox.jobs.journal.reconcile")
ASK_NUMBER = JobKind(BACKGROUND, "inbox.jobs.lid_lookup.ask")
READ_SENTIMENT = JobKind(BACKGROUND, "inbox.jobs.sentiment.read")
UPLOAD = JobKind(BACKGROUND, "inbox.jobs.files.upload", FILE_SECONDS)
CORRECT = JobKind(BACKGROUND, "inbox.jobs.corrections.carry_out")
RECEIPT = JobKind(BACKGROUND, "inbox.jobs.receipts.tell")
RESUME = JobKind(BACKGROUND, "inbox.jobs.line.resume")
JOB_KINDS = (
    SEND,
    FETCH_MEDIA,
    CHECK_STATUS,
    CHECK_NUMBER,
    RECONCILE,
    ASK_NUMBER,
    READ_SENTIMENT,
    UPLOAD,
    CORRECT,
    RECEIPT,
    RESUME,
)


@dataclass(frozen=True)
class JobRequest:
    """A kind of job, and the ids that it is given."""

    kind: JobKind
    ids: tuple[int, ...]

    def mark(self, pipeline: Pipeline) -> None:
        """Mark it as requested. The answer is empty when it was and nobody has begun it."""
        pipeline.set(_requested(self.kind.job, self.ids), 1, nx=True, ex=REQUESTED_SECONDS)

    def enqueue(self, client: Redis, pipeline: Pipeline) -> None:
        """Put the job into its queue."""
        job = Queue.prepare_data(
            self.kind.job,
            self.ids,
            result_ttl=0,
            failure_ttl=FAILURE_SECONDS,
            timeout=self.kind.seconds,
        )
        queue = Queue(self.kind.queue, connection=client, serializer=JSONSerializer)
        queue.enqueue_many([job], pipeline=pipeline)


def begun(client: Redis, job: str, ids: Sequence[int]) -> None:
    """Note that the job begins, before it looks for work: a request from now on is a new one."""
    client.delete(_requested(job, ids))


def _requested(job: str, ids: Sequence[int]) -> str:
    return f"lobby:requested:{job}:{','.join(map(str, ids))}"
