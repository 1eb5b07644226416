"""How far our own message got: a shape, a colour and words, so that one alone is enough."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """`icon` is a symbol of the sprite, `tone` a CSS class, `words` what a screen reader says."""

    icon: str
    tone: str
    words: str


# `accepted` keeps the clock: Green API has it, WhatsApp does not yet, and staff must not think so.
TICKS: dict[str, Tick] = {
    "scheduled": Tick("clock", "tick-waiting", "For later"),
    "uploading": Tick("clock", "tick-waiting", "On its way to WhatsApp"),
    "queued": Tick("clock", "tick-waiting", "Waiting to be sent"),
    "sending": Tick("clock", "tick-waiting", "Being sent"),
    "accepted": Tick("clock", "tick-waiting", "Being sent"),
    "unconfirmed": Tick("clock-question", "tick-doubt", "Not confirmed yet, checking"),
    "sent": Tick("tick", "tick-grey", "Sent"),
    "delivered": Tick("ticks", "tick-grey", "Delivered"),
    "read": Tick("ticks", "tick-read", "Read"),
    "failed": Tick("warning", "tick-failed", "Not sent"),
    "expired": Tick("warning", "tick-failed", "Not sent in time"),
    "cancelled": Tick("cross", "tick-failed", "Discarded, not sent"),
}
_UNKNOWN = Tick("clock", "tick-waiting", "State not known")


def tick(status: str) -> Tick:
    """The tick of an outgoing message. An unknown status shows as waiting, never as sent."""
    return TICKS.get(status, _UNKNOWN)
