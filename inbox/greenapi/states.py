"""Green API's words for deliveries and instance states, translated into ours. One table each."""

from dataclasses import dataclass
from enum import StrEnum

from inbox.greenapi.errors import Reason
from inbox.greenapi.fields import clean


class Delivery(StrEnum):
    """How far an outgoing message has come."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    NO_ACCOUNT = "no_account"
    NOT_IN_GROUP = "not_in_group"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"

    @property
    def is_failure(self) -> bool:
        """It did not go, and will not go by itself."""
        return self in _FAILURES


_FAILURES = {Delivery.FAILED, Delivery.NO_ACCOUNT, Delivery.NOT_IN_GROUP, Delivery.SUSPENDED}
_DELIVERIES = {
    "pending": Delivery.PENDING,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
    "fail": Delivery.FAILED,
    "noaccount": Delivery.NO_ACCOUNT,
    "notingroup": Delivery.NOT_IN_GROUP,
    "yellowcard": Delivery.SUSPENDED,
    "suspended": Delivery.SUSPENDED,
}


def delivery(value: object) -> Delivery:
    """Green API's `status`/`statusMessage`; UNKNOWN for an empty or new word."""
    word = value.strip().lower() if isinstance(value, str) else ""
    return _DELIVERIES.get(word, Delivery.UNKNOWN)


class State(StrEnum):
    """The states of an instance."""

    AUTHORIZED = "authorized"
    NOT_AUTHORIZED = "not_authorized"
    BLOCKED = "blocked"
    SLEEPING = "sleeping"
    STARTING = "starting"
    SUSPENDED = "suspended"
    PENDING_CODE = "pending_code"
    UNKNOWN = "unknown"


_STATES = {
    "authorized": State.AUTHORIZED,
    "notauthorized": State.NOT_AUTHORIZED,
    "blocked": State.BLOCKED,
    "sleepmode": State.SLEEPING,
    "starting": State.STARTING,
    "yellowcard": State.SUSPENDED,
    "suspended": State.SUSPENDED,
    "pendingcode": State.PENDING_CODE,
}
_REASONS = {
    State.NOT_AUTHORIZED: Reason.NOT_AUTHORIZED,
    State.PENDING_CODE: Reason.NOT_AUTHORIZED,
    State.BLOCKED: Reason.BLOCKED,
    State.SLEEPING: Reason.SLEEPING,
    State.STARTING: Reason.STARTING,
    State.SUSPENDED: Reason.SUSPENDED,
}


@dataclass(frozen=True)
class InstanceState:
    """What state an instance is in: our word, and Green API's as it came."""

    state: State
    raw: str

    @staticmethod
    def of(value: object) -> "InstanceState":
        raw = clean(value).strip()[:64] if isinstance(value, str) else ""
        return InstanceState(_STATES.get(raw.lower(), State.UNKNOWN), raw)

    @property
    def reason(self) -> Reason | None:
        """Why it cannot send; None when it can, or when the word is new to us."""
        return _REASONS.get(self.state)

    @property
    def can_send(self) -> bool:
        """False only for a state known to stop sending."""
        return self.reason is None
