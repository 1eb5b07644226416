"""The lane of intake: webhooks that arrive while another is being committed share one commit.

A commit waits for the disk, and one commit can carry many notifications as safely as one: none that
fails spoils another, and nobody is answered before the commit that holds theirs.
"""

import threading
from dataclasses import dataclass, field
from itertools import repeat

from inbox.extensions import db
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.receiving import Delivery, receive, take_in_all
from inbox.services.transaction import transaction

MOST_TOGETHER = 32


@dataclass
class _Ticket:
    """One delivery in the lane. `state` is what became of it, None until its commit."""

    delivery: Delivery
    state: str | None = None
    alone: bool = False


@dataclass
class Lane:
    """Whoever comes first commits for all who wait; they come next and find it done."""

    _waiting: list[_Ticket] = field(default_factory=list)
    _list: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, instance_id: int, raw: bytes) -> str:
        """What `receiving.receive` promises, sharing a commit with others when there are any."""
        db.session.rollback()  # who waits must not keep a connection that the committer needs
        ticket = _Ticket(Delivery(instance_id, raw))
        with self._list:
            self._waiting.append(ticket)
        with self._turn:
            if ticket.state is None and not ticket.alone:
                self._commit(self._next())
        return ticket.state or receive(instance_id, raw)

    def _next(self) -> list[_Ticket]:
        """Those who wait, in the order they came; of one number none overtakes another."""
        with self._list:
            together = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
        return sorted(together, key=lambda ticket: ticket.delivery.instance_id)

    def _commit(self, together: list[_Ticket]) -> None:
        """One transaction for all. If it fails as a whole, each tries alone: one of them may be the
        reason, and its own answer says so."""
        states = _taken_in([ticket.delivery for ticket in together])
        for ticket, state in zip(together, states or repeat(None), strict=False):
            ticket.state, ticket.alone = state, state is None


def _taken_in(deliveries: list[Delivery]) -> list[str] | None:
    """What became of each, once it is committed; None when nothing of it was.

    Nearly always each can be applied, so that is tried first, and behind savepoints if it fails.
    """
    for fenced in (False, True):
        try:
            with transaction() as work:
                return take_in_all(work, deliveries, fenced=fenced)
        except DATABASE_AWAY:
            break
        except Exception:  # noqa: BLE001  (told by the attempt that each makes alone)
            continue
    return None


lane = Lane()
