"""How often something happened this second, over all processes together. Redis may be away."""

import time

from redis import Redis

from inbox.dispatch.link import link

KEPT_SECONDS = 5


def add(name: str, times: int) -> int | None:
    """Count `times` more in the present second; the sum so far, or None when Redis is silent."""
    key = f"lobby:rate:{name}:{int(time.time())}"

    def count(client: Redis) -> int:
        pipeline = client.pipeline(transaction=False)
        pipeline.incrby(key, times)
        pipeline.expire(key, KEPT_SECONDS)
        return int(pipeline.execute()[0])

    return link.attempt(count)
