"""What follows a commit: browsers get a change signal and workers a job, in one exchange with
Redis, and in a second one when there is a worker to wake.
"""

from collections.abc import Collection

from redis import Redis

from inbox.dispatch import browsers
from inbox.dispatch.link import link
from inbox.dispatch.workers import JobKind, JobRequest


def announce(hotel_ids: Collection[int], requests: Collection[JobRequest]) -> None:
    """Signal to the browsers of these hotels and enqueue these jobs, except those that wait in
    their queue already: whoever takes such a one will see this work too.

    If Redis is silent nothing is lost: the tails and the sweepers find it.
    """

    def tell(client: Redis) -> None:
        with client.pipeline(transaction=False) as pipeline:
            for request in requests:
                request.mark(pipeline)
            if hotel_ids:
                browsers.signal(pipeline, hotel_ids)
            answers = pipeline.execute()
            for request, is_new in zip(requests, answers, strict=False):
                if is_new:
                    request.enqueue(client, pipeline)
            pipeline.execute()

    if hotel_ids or requests:
        link.attempt(tell)


def wake(kind: JobKind, *ids: int) -> None:
    """Wake a worker; not for what a transaction wrote, which does so itself (`Work.wake`)."""
    announce((), (JobRequest(kind, ids),))
