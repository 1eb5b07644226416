"""Group commit: webhooks that arrive while another is being committed share one commit.

A commit waits for the disk, and one commit can carry many notifications as safely as one: none that
fails spoils another, and nobody is answered before the commit that holds theirs (decision 0003).
"""

import threading
from dataclasses import dataclass, field

from inbox.extensions import db
from inbox.request_slots import request_slots
from inbox.services.intake.bodies import WebhookBody
from inbox.services.intake.receiving import WebhookDelivery, take_in, take_in_all
from inbox.services.readiness import DATABASE_AWAY
from inbox.services.transaction import transaction

MOST_TOGETHER = 32


@dataclass(eq=False)
class _Waiter:
    """One delivery that waits. `state` is what became of it, None until its commit, and for good
    when it has to try alone. Whoever is called has it done, or has to lead.
    """

    delivery: WebhookDelivery
    state: str | None = None
    leads: bool = False
    called: threading.Event = field(default_factory=threading.Event)


class GroupCommit:
    """Whoever comes first commits for all who wait, and calls the next to do the same for those who
    came meanwhile.
    """

    def __init__(self) -> None:
        self._waiters: list[_Waiter] = []
        self._lock = threading.Lock()
        self._is_led = False

    @property
    def waiting(self) -> int:
        """How many wait for the commit after the present one."""
        return len(self._waiters)

    def receive(self, instance_id: int, body: WebhookBody) -> str:
        """Do what `receiving.receive` promises, sharing a commit with others when there are any."""
        db.session.rollback()  # who waits must not keep a connection that the committer needs
        waiter = _Waiter(WebhookDelivery(instance_id, body))
        with self._lock:
            self._waiters.append(waiter)
            if not self._is_led:
                self._call_leader()
        with request_slots.released():
            waiter.called.wait()
        if waiter.leads:
            self._lead()
        return waiter.state or _alone(waiter.delivery)

    def _lead(self) -> None:
        """Commit for those who wait, in the order they came; of one number none overtakes
        another.
        """
        with self._lock:
            together = self._waiters[:MOST_TOGETHER]
            del self._waiters[:MOST_TOGETHER]
        together.sort(key=lambda waiter: waiter.delivery.instance_id)
        try:
            states = receive_together([waiter.delivery for waiter in together])
            for waiter, state in zip(together, states or (), strict=states is not None):
                waiter.state = state
        finally:
            with self._lock:
                self._call_leader()
            for waiter in together:
                waiter.called.set()

    def _call_leader(self) -> None:
        """Let the first of those who wait lead."""
        self._is_led = bool(self._waiters)
        if self._waiters:
            self._waiters[0].leads = True
            self._waiters[0].called.set()


def receive_together(deliveries: list[WebhookDelivery]) -> list[str] | None:
    """Take all of them in with one commit; what became of each, or None when nothing of it was
    committed: then each tries alone, since one of them may be the reason.

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


def _alone(delivery: WebhookDelivery) -> str:
    with transaction() as work:
        return take_in(work, delivery)


group_commit = GroupCommit()
