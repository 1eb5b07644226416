"""How far our own message got: a shape, a colour and words, so that one alone is enough."""

from dataclasses import dataclass

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState

from inbox.models import UNPROVEN, Hotel, Message, states
from inbox.models.states import MessageStatus
from inbox.services.replies.cancellations import RETRIED
from inbox.services.replies.unconfirmed import CONFIRMED
from inbox.web.words.formatting import since_words
from inbox.web.words.people_words import first_name


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
    "unconfirmed": Tick("clock-question", "tick-unconfirmed", "Not confirmed yet, checking"),
    "sent": Tick("tick", "tick-grey", "Sent"),
    "delivered": Tick("ticks", "tick-grey", "Delivered"),
    "read": Tick("ticks", "tick-read", "Read"),
    "failed": Tick("warning", "tick-failed", "Not sent"),
    "expired": Tick("warning", "tick-failed", "Not sent in time"),
    "cancelled": Tick("cross", "tick-failed", "Taken back, not sent"),
}
OVERDUE = Tick("tick-late", "tick-overdue", "Not delivered yet. The guest’s phone may be off.")
_DISCARDED = "Discarded, not sent."
_CANCELLED = {
    "retried": "Tried again below.",
    "called_back": "Cancelled before it went out.",
}
_UNKNOWN = Tick("clock", "tick-waiting", "State not known")


def tick(message: Message, hotel: Hotel) -> Tick:
    """The tick of an outgoing message. An unknown status shows as waiting, never as sent."""
    if is_overdue(message):
        return OVERDUE
    if is_confirmed(message):
        return Tick("tick", "tick-grey", confirmed_words(message, hotel))
    return TICKS.get(message.status, _UNKNOWN)


def is_overdue(message: Message) -> bool:
    """Whether the tick of delivery stays away for too long."""
    return message.status in UNPROVEN and message.overdue_at is not None


def is_confirmed(message: Message) -> bool:
    """Whether all we know is that a person says it arrived."""
    return message.status == MessageStatus.ACCEPTED and message.failure_code == CONFIRMED


def confirmed_words(message: Message, hotel: Hotel) -> str:
    """Alice confirmed that it arrived (Yesterday, 14:05). Who did is known since it is noted."""
    who = first_name(message.confirmed_by.name) if message.confirmed_by else "Somebody here"
    when = f" ({since_words(message.accepted_at, hotel)})" if message.accepted_at else ""
    return f"{who} confirmed that it arrived{when}"


def is_another_attempt(message: Message) -> bool:
    """Whether this stands for one that failed before."""
    return (message.client_ref or "").startswith(RETRIED)


def _offer_states(registered: BlueprintSetupState) -> None:
    registered.app.jinja_env.globals["states"] = states


def cancelled_words(message: Message) -> str:
    """Why a message of ours is not sent at all."""
    return _CANCELLED.get(message.failure_code, _DISCARDED)


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names, and the states
    that rows are in, as `states`.
    """
    blueprint.record_once(_offer_states)
    for function in (
        tick,
        is_overdue,
        is_confirmed,
        confirmed_words,
        is_another_attempt,
        cancelled_words,
    ):
        blueprint.add_app_template_filter(function, function.__name__)
