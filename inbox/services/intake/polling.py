"""Taking notifications from Green API's queue for a number without a public address: receive,
store, then delete. Cut off anywhere, the worst is that the same one comes again (P1, P4).
"""

import ipaddress
import json
import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import GreenApi, GreenApiError
from inbox.models import Instance
from inbox.models.states import EventSource, Receive
from inbox.services.intake import receiving
from inbox.services.lines import incidents, instances, line
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)

RESTART = timedelta(minutes=6)  # setSettings takes up to five minutes, the old address until then
WEBHOOK_URL_SET = "webhook_url_set"


def is_needed(public_url: str, api_url: str) -> bool:
    """Whether Green API could not reach us: we have no public address, and it is not the simulator
    beside us.
    """
    return _is_private(public_url) and not (api_url and _is_private(api_url))


def _is_private(url: str) -> bool:
    """Whether the address is none, or leads no further than this machine or its network."""
    host = urlsplit(url).hostname or ""
    if not host or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def polled() -> list[int]:
    """The instances whose notifications we collect ourselves."""
    found = list(db.session.scalars(select(Instance.id).where(Instance.receive == Receive.POLL)))
    db.session.rollback()
    return found


class Collector:
    """Collects for one number. What it knows of the line it forgets with the process, harmlessly.

    `storing` is held from a notification's arrival to its removal from the queue, so that whoever
    ends the process can wait for it.
    """

    def __init__(
        self, instance_id: int, storing: AbstractContextManager[object] | None = None
    ) -> None:
        self._instance_id = instance_id
        self._storing = storing or nullcontext()
        self._trouble: str | None = ""  # None: the line is known to be free of it

    def collect(self, seconds: int) -> bool:
        """Wait up to `seconds` for one notification and take it in; False when none came.

        Raises `GreenApiError` (the desk has been told what it must know), or `sqlalchemy.exc` when
        the database is away: then the notification stays in Green API's queue.
        """
        try:
            client = instances.client(self._instance_id)
            note = client.receive_notification(seconds)
        except GreenApiError as error:
            self._note_trouble(error)
            raise
        self._note_success()
        if note is None:
            return False
        with self._storing:
            raw = json.dumps(note.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
            receiving.receive(self._instance_id, raw, source=EventSource.POLL)
            self._delete(client, note.receipt_id)
        return True

    def _delete(self, client: GreenApi, receipt_id: int) -> None:
        db.session.rollback()  # nothing is held while the network is awaited
        client.delete_notification(receipt_id)

    def _note_trouble(self, error: GreenApiError) -> None:
        """Tell the desk, once for each kind of trouble."""
        if error.code == self._trouble:
            return
        with transaction() as work:
            instance = work.session.get_one(Instance, self._instance_id)
            if error.code == WEBHOOK_URL_SET:
                settling = clock.now() - instance.created_at < RESTART
                if settling or instance.receive != Receive.POLL:
                    return
                incidents.open_or_count(work, instance.hotel_id, instance.id, incidents.WEBHOOK_SET)
            elif error.reason is not None:
                line.pause(work, instance, error.reason)
            else:
                return
        self._trouble = error.code

    def _note_success(self) -> None:
        """The queue can be read: what kept us from it is over."""
        if self._trouble is None:
            return
        with transaction() as work:
            instance = work.session.get_one(Instance, self._instance_id)
            incidents.close(work, instance.id, incidents.WEBHOOK_SET)
            if self._trouble and instance.pause_reason == self._trouble:
                line.resume(work, instance)
        self._trouble = None
