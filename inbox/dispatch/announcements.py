"""What follows a commit: browsers are poked and workers rung, in one exchange with Redis, and in a
second one when there is somebody to wake.
"""

from collections.abc import Collection

from redis import Redis

from inbox.dispatch import browsers
from inbox.dispatch.link import link
from inbox.dispatch.workers import JobKind, JobRequest


def announce(hotel_ids: Collection[int], requests: Collection[JobRequest]) -> None:
    """Poke the browsers of these hotels and ring these bells, except those that nobody has answered
    since they were rung last: who answers will see this work too.

    If Redis is silent nothing is lost: the tails and the sweepers find it.
    """

    def tell(client: Redis) -> None:
        with client.pipeline(transaction=False) as pipeline:
            for request in requests:
                request.mark(pipeline)
            if hotel_ids:
                browsers.poke(pipeline, hotel_ids)
            answers = pipeline.execute()
            for request, is_new in zip(requests, answers, strict=False):
                if is_new:
                    request.enqueue(client, pipeline)
            pipeline.execute()

    if hotel_ids or requests:
        link.attempt(tell)


def wake(kind: JobKind, *ids: int) -> None:
    """Wake a worker; not for what a transaction wrote, which rings by itself (`Work.ring`)."""
    announce((), (JobRequest(kind, ids),))
