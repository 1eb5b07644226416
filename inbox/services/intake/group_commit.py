"""The lane of intake: webhooks that arrive while another is being committed share one commit.

A commit waits for the disk, and one commit can carry many notifications as safely as one: none that
fails spoils another, and nobody is answered before the commit that holds theirs.
"""

import threading
from dataclasses import dataclass, field

from inbox.extensions import db
from inbox.request_slots import request_slots
from inbox.services.intake.receiving import WebhookDelivery, receive, take_in_all
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.transaction import transaction

MOST_TOGETHER = 32


@dataclass
class _Waiter:
    """One delivery in the lane. `state` is what became of it, None until its commit, and for good
    when it has to try alone. Whoever is called has it done, or has to lead."""

    delivery: WebhookDelivery
    state: str | None = None
    leads: bool = False
    called: threading.Event = field(default_factory=threading.Event)


@dataclass
class GroupCommit:
    """Whoever comes first commits for all who wait, and calls the next to do the same for those who
    came meanwhile."""

    _waiting: list[_Waiter] = field(default_factory=list)
    _list: threading.Lock = field(default_factory=threading.Lock)
    _led: bool = False

    def receive(self, instance_id: int, raw: bytes) -> str:
        """What `receiving.receive` promises, sharing a commit with others when there are any."""
        db.session.rollback()  # who waits must not keep a connection that the committer needs
        ticket = _Waiter(WebhookDelivery(instance_id, raw))
        self._enter(ticket)
        with request_slots.aside():
            ticket.called.wait()
        if ticket.leads:
            self._lead()
        return ticket.state or receive(instance_id, raw)

    def _enter(self, ticket: _Waiter) -> None:
        with self._list:
            self._waiting.append(ticket)
            if not self._led:
                self._led = True
                self._appoint()

    def _lead(self) -> None:
        together = self._next()
        try:
            _commit(together)
        finally:
            self._hand_on()
            for ticket in together:
                ticket.called.set()

    def _next(self) -> list[_Waiter]:
        """Those who wait, in the order they came; of one number none overtakes another."""
        with self._list:
            together = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
        return sorted(together, key=lambda ticket: ticket.delivery.instance_id)

    def _hand_on(self) -> None:
        with self._list:
            self._led = bool(self._waiting)
            if self._led:
                self._appoint()

    def _appoint(self) -> None:
        """The first of those who wait leads."""
        self._waiting[0].leads = True
        self._waiting[0].called.set()


def _commit(together: list[_Waiter]) -> None:
    """One transaction for all. If it fails as a whole, each tries alone: one of them may be the
    reason, and its own answer says so."""
    states = _taken_in([ticket.delivery for ticket in together])
    for ticket, state in zip(together, states or (), strict=states is not None):
        ticket.state = state


def _taken_in(deliveries: list[WebhookDelivery]) -> list[str] | None:
    """What became of each, once it is committed; None when nothing of it was.

    Nearly always each can be applied, so that is tried first, and behind savepoints if it fails.
    """
    for savepoints in (False, True):
        try:
            with transaction() as work:
                return take_in_all(work, deliveries, savepoints=savepoints)
        except DATABASE_AWAY:
            break
        except Exception:  # noqa: BLE001  (told by the attempt that each makes alone)
            continue
    return None


group_commit = GroupCommit()
