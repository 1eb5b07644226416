"""Tell every web process that a hotel has changes, so that it pokes its browsers."""

from redis.client import Pipeline

CHANNEL = "lobby:changes"


def poke(pipeline: Pipeline, hotel_id: int) -> None:
    """Ring. The web processes read what changed from the database; silence costs half a second
    (D9).
    """
    pipeline.publish(CHANNEL, str(hotel_id))
