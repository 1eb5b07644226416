"""The notifications of one instance: one FIFO queue, pushed to a webhook or polled."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from inbox.simulator.addressee import Addressee, Undelivered
from inbox.simulator.contents import Json
from inbox.simulator.faults import Faults
from inbox.simulator.timing import Timing

_LOG_SIZE = 5_000
_HOLD_SECONDS = 2.0


@dataclass(frozen=True)
class Notification:
    """One webhook on its way. `body` is sent byte for byte the same on every attempt.

    `row` is its row in the delivery log, which outlives it: what it said is not kept there.
    """

    receipt_id: int
    kind: str
    content: Json
    body: bytes
    queued_at: float
    row: Json

    @staticmethod
    def of(receipt_id: int, content: Json) -> "Notification":
        """A webhook that waits from now on."""
        kind, moment = str(content.get("typeWebhook", "")), time.time()
        row: Json = {
            "receipt_id": receipt_id,
            "typeWebhook": kind,
            "idMessage": content.get("idMessage", ""),
            "status": content.get("status", ""),
            "queued_at": moment,
            "state": "waiting",
            "attempts": [],
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        return Notification(receipt_id, kind, content, body, moment, row)


class NotificationQueue:
    """Delivers one notification at a time, oldest first; only 200 takes it off the queue.

    Anything else, or no answer in time, brings the same one back after
    `timing.webhook_retry_seconds`, and those behind it wait; with the fault `type_blocking` only
    those of its own type do (the documents do not say which it is). `address` and `timing` are
    asked anew for every attempt. `polled` says that somebody asked with receiveNotification.
    """

    def __init__(
        self, faults: Faults, timing: Callable[[], Timing], address: Callable[[], Addressee]
    ) -> None:
        self._faults = faults
        self._timing = timing
        self._address = address
        self._changed = threading.Condition()
        self._queue: deque[Notification] = deque()
        self._held: list[Notification] = []
        self._log: deque[Json] = deque(maxlen=_LOG_SIZE)
        self._acknowledged: set[int] = set()
        self._not_before: dict[str, float] = {}
        self._next_receipt = 1
        self._stopped = False
        self.polled = False
        self._thread: threading.Thread | None = None

    def push(self, content: Json) -> None:
        """Queue a webhook body. With reorder_webhooks on, it goes behind the next one."""
        kind = str(content.get("typeWebhook", ""))
        with self._changed:
            note = Notification.of(self._next_receipt, content)
            self._next_receipt += 1
            self._log.append(note.row)
            if self._faults.take("lost_webhook", kind=kind):
                note.row["state"] = "lost"
            elif not self._held and self._faults.take("reorder_webhooks", kind=kind):
                self._held.append(note)
                self._release_later()
            else:
                self._queue.append(note)
                self._release()
            self._start()
            self._changed.notify_all()

    def wake(self, retry_now: bool = False) -> None:
        """Look again: settings, faults or timing changed."""
        with self._changed:
            if retry_now:
                self._not_before.clear()
            self._start()
            self._changed.notify_all()

    def receive(self, seconds: float) -> Notification | None:
        """The head for receiveNotification, waited for up to `seconds`; it stays in the queue."""
        with self._changed:
            self.polled = True
            self._changed.wait_for(lambda: self._queue or self._stopped, timeout=seconds)
            return self._queue[0] if self._queue else None

    def delete(self, receipt_id: int) -> bool | None:
        """Take a notification off by its receipt: True done, False unknown, None a second time."""
        with self._changed:
            for note in self._queue:
                if note.receipt_id == receipt_id:
                    self._finish(note, "deleted")
                    return True
            return None if receipt_id in self._acknowledged else False

    def clear(self) -> None:
        """Forget all that wait and the delivery log."""
        with self._changed:
            self._queue.clear()
            self._held.clear()
            self._log.clear()
            self.polled = False
            self._not_before.clear()
            self._changed.notify_all()

    def waiting(self) -> int:
        """How many are not delivered."""
        with self._changed:
            return len(self._queue) + len(self._held)

    def wait_empty(self, seconds: float) -> bool:
        """Wait until everything is delivered; False when that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue, timeout=seconds)

    def log(self) -> list[Json]:
        """The delivery log, oldest first, at most the last 5,000."""
        with self._changed:
            return [{**row, "attempts": list(row["attempts"])} for row in self._log]

    def stop(self) -> None:
        """Deliver nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _start(self) -> None:
        if self._thread is None and not self._stopped and self._address().url:
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def _release_later(self) -> None:
        timer = threading.Timer(_HOLD_SECONDS, self._release)
        timer.daemon = True
        timer.start()

    def _release(self) -> None:
        with self._changed:
            self._queue.extend(self._held)
            self._held.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while (note := self._next()) is not None:
            delivered = self._deliver(note)
            with self._changed:
                if delivered:
                    self._finish(note, "delivered")
                elif note in self._queue:
                    retry = self._timing().scaled(self._timing().webhook_retry_seconds)
                    self._not_before[self._lane(note)] = time.monotonic() + retry

    def _next(self) -> Notification | None:
        with self._changed:
            while not self._stopped:
                self._drop_expired()
                paused = not self._address().url or self._faults.peek("webhooks_paused")
                heads = {} if paused else self._heads()
                due = {self._not_before.get(lane, 0.0): note for lane, note in heads.items()}
                wait = min(due) - time.monotonic() if due else None
                if wait is not None and wait <= 0:
                    return due[min(due)]
                self._changed.wait(wait)
        return None

    def _heads(self) -> dict[str, Notification]:
        """The oldest notification of each lane. Most of the time there is one lane only."""
        if not self._faults.peek("type_blocking"):
            return {"": self._queue[0]} if self._queue else {}
        return {note.kind: note for note in reversed(self._queue)}

    def _lane(self, note: Notification) -> str:
        """Those that wait for each other: all, or those of one type."""
        return note.kind if self._faults.peek("type_blocking") else ""

    def _drop_expired(self) -> None:
        oldest = time.time() - self._timing().scaled(self._timing().keep_seconds)
        while self._queue and self._queue[0].queued_at < oldest:
            self._finish(self._queue[0], "expired")

    def _finish(self, note: Notification, state: str) -> None:
        with self._changed:
            note.row["state"] = state
            if note in self._queue:
                self._queue.remove(note)
            self._acknowledged.add(note.receipt_id)
            self._not_before.pop(self._lane(note), None)
            self._changed.notify_all()

    def _deliver(self, note: Notification) -> bool:
        together = self._faults.take("parallel_duplicates", kind=note.kind)
        if together:
            copies = together.number("copies")
            with ThreadPoolExecutor(max_workers=max(2, copies)) as pool:
                results = list(pool.map(lambda _: self._post(note), range(copies)))
            return 200 in results
        if self._post(note) != 200:
            return False
        again = self._faults.take("duplicate_webhooks", kind=note.kind)
        for _ in range(again.number("copies") if again else 0):
            self._post(note)
        return True

    def _post(self, note: Notification) -> int:
        """The status code of one attempt, 0 when there was no answer; never raises."""
        started = time.time()
        timeout = self._timing().scaled(self._timing().webhook_timeout_seconds)
        attempt: Json = {"at": started}
        try:
            code = self._address().post(note.body, max(timeout, 0.5))
        except Undelivered as error:
            code, attempt["error"] = 0, str(error)
        attempt.update(code=code, seconds=round(time.time() - started, 4))
        with self._changed:
            note.row["attempts"].append(attempt)
        return code
