"""One simulated WhatsApp number: its state, settings, and everything that belongs to it."""

import threading
import time
from collections.abc import Callable

from inbox.simulator.addressee import Addressee
from inbox.simulator.agenda import Agenda
from inbox.simulator.config import ConfigError, InstanceConfig
from inbox.simulator.contents import Content, Json
from inbox.simulator.envelopes import envelope, now, own_sender, status_fields
from inbox.simulator.faults import Faults
from inbox.simulator.guests import Guest
from inbox.simulator.journal import Entry, Journal
from inbox.simulator.limits import DeveloperPlan, RateLimiter
from inbox.simulator.outbox import Outbox
from inbox.simulator.settings import Settings, check_settings, fresh_settings
from inbox.simulator.timing import Timing
from inbox.simulator.webhooks import NotificationQueue

STATES = (
    "authorized",
    "notAuthorized",
    "blocked",
    "sleepMode",
    "starting",
    "yellowCard",
    "suspended",
)
_SENDING_STATES = ("authorized", "yellowCard", "suspended")
_ALWAYS_TOLD = ("noAccount", "failed")
Listener = Callable[["Instance", str, Json], None]


class Instance:
    """State of one number. Methods are safe to call from any thread.

    `settings` are the saved ones; `applied` are those in force: setSettings saves at once and
    applies after the reboot. `timing` is asked anew each time.
    """

    def __init__(
        self, config: InstanceConfig, agenda: Agenda, timing: Callable[[], Timing]
    ) -> None:
        self.config = config
        self.agenda = agenda
        self.timing = timing
        self.lock = threading.RLock()
        self.faults = Faults()
        self.limiter = RateLimiter()
        self.developer = DeveloperPlan() if config.plan == "developer" else None
        self.listeners: list[Listener] = []
        self.webhooks = NotificationQueue(self.faults, timing, self._address)
        self._begin()

    def _begin(self) -> None:
        self.state = self.config.state
        self.state_history: list[Json] = []
        self.settings: Settings = {**fresh_settings(self.config.wid), **self.config.settings}
        self.applied: Settings = dict(self.settings)
        self.journal = Journal()
        self.outbox = Outbox(self)
        self.guests: dict[str, Guest] = {}
        self.calls: dict[str, dict[str, int]] = {}

    # Facts

    @property
    def wid(self) -> str:
        """The number's own chat id."""
        return self.config.wid

    def can_send(self) -> bool:
        """Whether the queue moves: a yellow-carded instance takes messages and loses them."""
        return self.state in _SENDING_STATES

    def send_delay(self) -> float:
        """Seconds between two sends, by the delaySendMessagesMilliseconds setting."""
        delay = int(str(self.applied["delaySendMessagesMilliseconds"]))
        return self.timing().scaled(delay / 1000)

    def is_on(self, switch: str) -> bool:
        """Whether a webhook switch is in force."""
        return self.applied.get(switch) == "yes"

    def reads_at_once(self) -> bool:
        """Whether guests get blue ticks for whatever they write."""
        on_reply = self.is_on("markIncomingMessagesReadedOnReply")
        return self.is_on("markIncomingMessagesReaded") and not on_reply

    def records(self, *switches: str) -> bool:
        """Whether the journal is written: it needs one of the webhook switches."""
        return any(self.is_on(switch) for switch in switches)

    def journal_lag(self) -> float:
        """How many seconds the journals are behind."""
        fault = self.faults.peek("journal_lag_seconds")
        return fault.seconds() if fault else 0.0

    def guest(self, chat_id: str) -> Guest:
        """The guest of a chat; one who is not defined yet is made up and exists."""
        with self.lock:
            return self.guests.setdefault(chat_id, Guest(chat_id))

    def as_json(self) -> Json:
        """The row of GET /_sim/instances, without the addresses."""
        with self.lock:
            return {
                "id_instance": self.config.id_instance,
                "token": self.config.token,
                "name": self.config.name,
                "hotel": self.config.hotel,
                "wid": self.wid,
                "language": self.config.language,
                "plan": self.config.plan,
                "state": self.state,
                "settings": dict(self.settings),
                "faults": self.faults.as_json(),
                "queued_sends": len(self.outbox.waiting()),
                "undelivered_webhooks": self.webhooks.waiting(),
                "guests": len(self.guests),
                "received": sum(len(guest.received) for guest in self.guests.values()),
            }

    def count(self, method: str, status: int) -> None:
        """Remember one call for GET /_sim/instances/<id>/calls."""
        with self.lock:
            counts = self.calls.setdefault(method, {"calls": 0})
            counts["calls"] += 1
            counts[str(status)] = counts.get(str(status), 0) + 1

    # Changes

    def save_settings(self, changes: Settings) -> None:
        """Save at once, reboot, and only then follow them."""
        with self.lock:
            self.settings = {**self.settings, **changes}
        self.restart()

    def apply_settings(self, changes: Settings) -> None:
        """Save and follow them at once: the control API's way; ConfigError when one is wrong."""
        if complaint := check_settings(changes):
            raise ConfigError(complaint)
        with self.lock:
            self.settings = {**self.settings, **changes}
            self.applied = dict(self.settings)
        self.webhooks.wake(retry_now=True)
        self.tell("settings", {})

    def restart(self) -> None:
        """Be `starting` for `timing.restart_seconds`, then what the instance was before."""
        with self.lock:
            before = self.state
            if before != "starting":
                self.set_state("starting")
                seconds = self.timing().scaled(self.timing().restart_seconds)
                self.agenda.after(seconds, lambda: self._started(before))

    def _started(self, before: str) -> None:
        with self.lock:
            self.applied = dict(self.settings)
            if self.state == "starting":
                self.set_state("authorized" if before == "yellowCard" else before)
        self.webhooks.wake(retry_now=True)
        self.tell("settings", {})

    def set_state(self, state: str) -> None:
        """Change the state, tell it by webhook, and let waiting sends go when it allows."""
        with self.lock:
            if state == self.state:
                return
            self.state = state
            self.state_history.append({"stateInstance": state, "timestamp": now()})
            if self.is_on("stateWebhook"):
                self._webhook("stateInstanceChanged", {"stateInstance": state}, now())
            self.outbox.plan()

    def set_faults(self, wanted: Json, state_of_fault: dict[str, str]) -> None:
        """Switch faults on or off; those that are a state of the line change it too."""
        self.faults.replace(wanted)
        for name, state in state_of_fault.items():
            if name in wanted:
                self.set_state(state if self.faults.peek(name) else "authorized")
        self.webhooks.wake()

    def clear_faults(self) -> None:
        """Switch all faults off and authorize the instance."""
        self.faults.clear()
        if self.state != "starting":
            self.set_state("authorized")
        self.webhooks.wake()

    def reset(self) -> None:
        """Begin again as configured: no messages, no faults, no guests, settings as at start."""
        with self.lock:
            self.faults.clear()
            self.outbox.forget()
            self.webhooks.clear()
            self.limiter = RateLimiter()
            self._begin()
            self.tell("reset", {})

    # Messages

    def write(
        self, guest: Guest, content: Content, id_message: str, timestamp: int, sender: Json
    ) -> None:
        """A message from outside enters the journal and goes out as a webhook.

        `sender` holds sender, senderName and perhaps chatName of senderData.
        """
        with self.lock:
            guest.write(id_message, content)
            if self.reads_at_once():
                guest.get_blue_ticks()
            if self.records("incomingWebhook"):
                extra = {
                    "senderId": sender["sender"],
                    "senderName": sender["senderName"],
                    "senderContactName": guest.contact_name,
                }
                self.journal.add(
                    Entry("incoming", id_message, guest.chat_id, content, timestamp, extra=extra)
                )
            if self.is_on("incomingWebhook"):
                self._message("incomingMessageReceived", id_message, timestamp, sender, content)

    def write_from_phone(
        self, guest: Guest, content: Content, id_message: str, timestamp: int
    ) -> None:
        """Somebody types on the hotel's own phone."""
        with self.lock:
            guest.take(id_message, content, from_phone=True)
            if self.records("outgoingMessageWebhook"):
                extra = {"sendByApi": False}
                self.journal.add(
                    Entry("outgoing", id_message, guest.chat_id, content, timestamp, extra=extra)
                )
                sender = own_sender(self.config, guest)
                self._message("outgoingMessageReceived", id_message, timestamp, sender, content)
            self.note_status(guest.chat_id, id_message, "sent", by_api=False)

    def echo(self, chat_id: str, id_message: str, content: Content) -> None:
        """Tell of an API send as Green API does."""
        if not self.is_on("outgoingAPIMessageWebhook") or self.faults.take("echo_off"):
            return
        sender = own_sender(self.config, self.guest(chat_id))
        self._message("outgoingAPIMessageReceived", id_message, now(), sender, content)

    def note_status(
        self, chat_id: str, id_message: str, status: str, description: str = "", by_api: bool = True
    ) -> None:
        """Put a status into the journal and, unless it is lost on the way, into a webhook."""
        with self.lock:
            if not (self.is_on("outgoingWebhook") or status in _ALWAYS_TOLD):
                return
            if entry := self.journal.find(id_message):
                entry.statuses.append((time.time(), status))
            if self.faults.take("lost_status", chat=chat_id, kind=status):
                return
            if self.faults.take("empty_status", chat=chat_id, kind=status):
                status = ""
            fields = status_fields(chat_id, id_message, status, description, by_api)
            self._webhook("outgoingMessageStatus", fields, now())

    def push(self, type_webhook: str, fields: Json, with_time: bool = True) -> None:
        """Send any webhook of this instance in the documented envelope."""
        self._webhook(type_webhook, fields, now() if with_time else None)

    def tell(self, event: str, facts: Json) -> None:
        """Let the listeners (the demo's life) know; they must not block."""
        for listener in self.listeners:
            listener(self, event, facts)

    def _message(
        self, kind: str, id_message: str, timestamp: int, sender: Json, content: Content
    ) -> None:
        fields = {"idMessage": id_message, "senderData": sender, "messageData": content.webhook}
        self._webhook(kind, fields, timestamp)

    def _webhook(self, kind: str, fields: Json, timestamp: int | None) -> None:
        self.webhooks.push(envelope(self.config, self.state, kind, fields, timestamp))

    def _address(self) -> Addressee:
        applied = self.applied
        return Addressee(str(applied["webhookUrl"]), str(applied["webhookUrlToken"]))
