"""Tell every web process that a hotel has changes, so that it pokes its browsers."""

from inbox.dispatch.link import link

CHANNEL = "lobby:changes"


def poke(hotel_id: int) -> None:
    """Ring. The web processes read what changed from the database; silence costs half a second
    (D9).
    """
    link.attempt(lambda client: client.publish(CHANNEL, str(hotel_id)))
