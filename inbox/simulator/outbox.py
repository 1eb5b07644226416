"""The send queue of one instance: accepted, sent one after the other, then the ticks."""

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from inbox.simulator.addresses import new_message_id
from inbox.simulator.agenda import Agenda
from inbox.simulator.contents import Content, Json
from inbox.simulator.faults import Faults
from inbox.simulator.guests import Guest
from inbox.simulator.journal import Entry, Journal
from inbox.simulator.timing import Timing

_RANK = {"pending": 0, "sent": 1, "delivered": 2, "read": 3}


@dataclass
class Outgoing:
    """One accepted send. `request` is its body, for showMessagesQueue."""

    method: str
    chat_id: str
    content: Content
    request: Json = field(repr=False)
    quoted_id: str = ""
    id_message: str = field(default_factory=new_message_id)
    accepted_at: float = field(default_factory=time.time)
    status: str = "pending"


class Sender(Protocol):
    """The number that an outbox sends from, as far as sending needs it."""

    agenda: Agenda
    faults: Faults
    journal: Journal
    lock: threading.RLock
    state: str

    def timing(self) -> Timing: ...
    def guest(self, chat_id: str) -> Guest: ...
    def is_on(self, switch: str) -> bool: ...
    def records(self, *switches: str) -> bool: ...
    def can_send(self) -> bool: ...
    def send_delay(self) -> float: ...
    def echo(self, chat_id: str, id_message: str, content: Content) -> None: ...
    def tell(self, event: str, facts: Json) -> None: ...
    def note_status(
        self, chat_id: str, id_message: str, status: str, description: str = ""
    ) -> None: ...


class Outbox:
    """First in, first out, with the instance's delay between sends.

    Nothing leaves while the instance is not authorized; after `keep_seconds` it is dropped.
    The instance's lock guards everything here.
    """

    def __init__(self, instance: Sender) -> None:
        self._instance = instance
        self._queue: deque[Outgoing] = deque()
        self._sent: dict[str, Outgoing] = {}
        self._next_at = 0.0
        self._planned = False

    def accept(self, outgoing: Outgoing, at_once: bool = False) -> str:
        """Queue a send and write it to the journal; returns its idMessage.

        `at_once` sends it before this returns, as when a status overtakes the HTTP answer.
        """
        with self._instance.lock:
            self._write(outgoing)
            if at_once and self._instance.can_send():
                self._send(outgoing)
            else:
                self._queue.append(outgoing)
                self.plan()
            return outgoing.id_message

    def plan(self) -> None:
        """Make sure that the next send has its time; call it when the instance can send again."""
        with self._instance.lock:
            if self._planned or not self._queue or not self._instance.can_send():
                return
            self._planned = True
            self._instance.agenda.after(self._next_at - time.monotonic(), self._step)

    def waiting(self) -> list[Outgoing]:
        """The sends that have not left, oldest first."""
        with self._instance.lock:
            return list(self._queue)

    def clear(self) -> None:
        """Drop what waits."""
        with self._instance.lock:
            self._queue.clear()

    def forget(self) -> None:
        """Drop what waits and what was sent: a reset."""
        with self._instance.lock:
            self._queue.clear()
            self._sent.clear()

    def read(self, chat_id: str) -> int:
        """The guest opens the chat; returns how many messages got their read tick."""
        with self._instance.lock:
            waiting = [
                one
                for one in self._sent.values()
                if one.chat_id == chat_id and one.status in ("sent", "delivered")
            ]
        for outgoing in waiting:
            self._tick(outgoing, "delivered")
            self._tick(outgoing, "read")
        return len(waiting)

    def deliver(self, chat_id: str) -> None:
        """The guest's phone is on again: what waits at one tick gets the second."""
        with self._instance.lock:
            waiting = [one for one in self._sent.values() if one.chat_id == chat_id]
        for outgoing in waiting:
            self._plan_ticks(outgoing)

    def _write(self, outgoing: Outgoing) -> None:
        if self._instance.records("outgoingAPIMessageWebhook", "outgoingWebhook"):
            self._instance.journal.add(
                Entry(
                    "outgoing",
                    outgoing.id_message,
                    outgoing.chat_id,
                    outgoing.content,
                    timestamp=int(outgoing.accepted_at),
                    extra={"sendByApi": True},
                )
            )

    def _step(self) -> None:
        with self._instance.lock:
            self._planned = False
            self._drop_expired()
            if not self._queue or not self._instance.can_send():
                return
            self._send(self._queue.popleft())
            self._next_at = time.monotonic() + self._instance.send_delay()
            self.plan()

    def _drop_expired(self) -> None:
        timing = self._instance.timing()
        oldest = time.time() - timing.scaled(timing.keep_seconds)
        while self._queue and self._queue[0].accepted_at < oldest:
            self._queue.popleft()

    def _send(self, outgoing: Outgoing) -> None:
        if trouble := self._trouble(outgoing):
            self._tick(outgoing, *trouble)
            return
        guest = self._instance.guest(outgoing.chat_id)
        if self._instance.faults.take("lost_message", chat=outgoing.chat_id):
            return
        self._sent[outgoing.id_message] = outgoing
        if self._instance.is_on("markIncomingMessagesReadedOnReply"):
            guest.get_blue_ticks()
        guest.take(
            outgoing.id_message,
            outgoing.content,
            quotedMessageId=outgoing.quoted_id,
            accepted_at=outgoing.accepted_at,
        )
        self._instance.echo(outgoing.chat_id, outgoing.id_message, outgoing.content)
        self._tick(outgoing, "sent")
        self._plan_ticks(outgoing)
        facts = {"chat_id": outgoing.chat_id, "id_message": outgoing.id_message}
        self._instance.tell("received", facts)

    def _trouble(self, outgoing: Outgoing) -> tuple[str, ...]:
        """The status, and perhaps its description, of a message that does not get through."""
        faults, chat = self._instance.faults, outgoing.chat_id
        if self._instance.state in ("yellowCard", "suspended"):
            return (self._instance.state,)
        if not self._instance.guest(chat).exists or faults.take("no_account", chat=chat):
            return ("noAccount",)
        if faults.take("not_in_group", chat=chat):
            return ("notInGroup",)
        if failed := faults.take("failed", chat=chat):
            return ("failed", str(failed.options["description"]))
        return ()

    def _plan_ticks(self, outgoing: Outgoing) -> None:
        guest = self._instance.guest(outgoing.chat_id)
        if not guest.phone_on:
            return
        timing, agenda = self._instance.timing(), self._instance.agenda
        delivered = timing.scaled(timing.delivered_seconds)
        agenda.after(delivered, lambda: self._tick(outgoing, "delivered"))
        if guest.reads == "auto":
            read = random.uniform(timing.read_from_seconds, timing.read_to_seconds)
            agenda.after(max(timing.scaled(read), delivered), lambda: self._tick(outgoing, "read"))

    def _tick(self, outgoing: Outgoing, status: str, description: str = "") -> None:
        """Move a message's status on, in the journal and by webhook; never back."""
        with self._instance.lock:
            if _RANK.get(status, 9) <= _RANK.get(outgoing.status, 9):
                return
            outgoing.status = status
            self._instance.note_status(outgoing.chat_id, outgoing.id_message, status, description)
            if status in ("read", "failed", "noAccount"):
                self._sent.pop(outgoing.id_message, None)
