"""Messages for later in a unit test: somebody schedules a text, its time comes, it goes."""

from datetime import timedelta

from inbox import clock
from inbox.models import Conversation
from inbox.services.messages import outgoing
from inbox.services.outbox import outbox, outcomes
from inbox.services.replies import schedules
from tests.cast import desk
from tests.cast.clock import Clock
from tests.cast.people import Cast

HOUR = timedelta(hours=1)


def later(cast: Cast, conversation: Conversation, text: str, wait: timedelta = HOUR) -> int:
    """Alice schedules a text; the message's id."""
    at = clock.now() + wait
    return desk.send(cast.hotel_id, conversation.id, cast.alice_id, outgoing.text(text), at=at).id


def sent_in_order(cast: Cast) -> list[str]:
    """Take all that may go, one after the other, and say it was accepted."""
    texts: list[str] = []
    while True:
        desk.free_pace()
        claim = outbox.claim(cast.instance_id, desk.LEASE)
        if claim is None:
            return texts
        outcomes.accepted(claim, f"OUT-{claim.message_id}")
        texts.append(claim.body)


def released_until_quiet(cast: Cast, watch: Clock) -> list[str]:
    """Sweep and send until nothing moves; what was sent, in order."""
    texts: list[str] = []
    for _ in range(10):
        schedules.release_due(watch.time)
        texts += sent_in_order(cast)
    return texts
