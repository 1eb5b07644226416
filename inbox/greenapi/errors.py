"""What can go wrong with Green API, as a decision rather than a status code.

GreenApiError
├── TryLater               RETRY_LATER      nothing was accepted, or the call is safe to repeat
│   ├── Unreachable                         nothing was sent: refused, no such host, connect timeout
│   ├── RateLimited                         429: the whole instance must slow down
│   └── Starting                            the instance is (re)starting; takes up to five minutes
├── Refused                NEVER            the same request will be refused for ever
│   ├── NotFound                            no such chat, message or method
│   ├── TooLarge                            the file or the text is over the limit
│   ├── HostNotAllowed                      media: the link points somewhere we do not go
│   └── Gone                                media: the link is dead (404, 403, 410)
├── OutcomeUnknown         OUTCOME_UNKNOWN  a send that may or may not have been accepted
└── InstanceUnavailable    PAUSE_INSTANCE   nothing can be sent from this number; see `reason`

No error carries the API token, a URL, or anything the caller sent.
"""

from enum import StrEnum
from typing import ClassVar


class Decision(StrEnum):
    """What the caller does next. There is no fifth answer."""

    RETRY_LATER = "retry_later"
    NEVER = "never"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PAUSE_INSTANCE = "pause_instance"


class Reason(StrEnum):
    """Why an instance cannot send."""

    NOT_AUTHORIZED = "not_authorized"
    WRONG_TOKEN = "wrong_token"
    WRONG_INSTANCE = "wrong_instance"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    DELETED = "deleted"
    QUOTA = "quota"
    BLOCKED = "blocked"
    STARTING = "starting"
    SLEEPING = "sleeping"


WORDS: dict[str, str] = {
    # try later
    "unreachable": "WhatsApp could not be reached. Nothing was sent.",
    "rate_limited": "WhatsApp asked us to slow down.",
    "starting": "The WhatsApp connection is starting. This can take five minutes.",
    "no_answer": "WhatsApp did not answer in time.",
    "connection_lost": "The connection to WhatsApp broke off.",
    "server_trouble": "WhatsApp has a problem at the moment.",
    "unreadable_answer": "WhatsApp gave an answer that could not be read.",
    "redirected": "The address of the WhatsApp service sends us elsewhere. Check the settings.",
    "check_limit": "Too many numbers were checked. Try again later.",
    "file_not_ready": "WhatsApp has no file for this message yet.",
    # never
    "bad_request": "WhatsApp refused this message.",
    "invalid_chat": "This is not a WhatsApp address that can be written to.",
    "invalid_phone": "This phone number is not valid.",
    "invalid_request": "This request could not be written.",
    "empty_message": "The message is empty.",
    "message_too_long": "The message is longer than WhatsApp allows.",
    "caption_too_long": "The text that goes with the file is longer than WhatsApp allows.",
    "nothing_to_forward": "There is no message to forward.",
    "invalid_place": "This is not a place on the map.",
    "nameless_contact": "A contact needs a name.",
    "invalid_poll": (
        "A poll needs a question of up to 255 characters and 2 to 12 different answers, each of"
        " up to 100 characters."
    ),
    "empty_file": "The file is empty.",
    "untyped_file": "The file needs a name that ends in its type, such as menu.pdf.",
    "file_too_large": "The file is larger than WhatsApp allows.",
    "file_unavailable": "WhatsApp could not fetch the file.",
    "not_found": "WhatsApp does not know this message or chat.",
    "already_deleted": "This notification was deleted before.",
    "no_such_method": "The WhatsApp service does not offer this.",
    "webhook_url_set": "Messages already go to a webhook address, so they cannot be collected.",
    "quota_of_method": "The monthly limit of the WhatsApp plan for this is used up.",
    "contact_limit": "The limit for looking up contacts is used up.",
    "host_not_allowed": "The file is on a server that is not trusted.",
    "gone": "The file is no longer there.",
    # pause the instance
    "not_authorized": "The phone is not linked to WhatsApp. Scan the QR code again.",
    "wrong_token": "WhatsApp refused our access token. Check the settings.",
    "wrong_instance": "WhatsApp does not know this instance number. Check the settings.",
    "suspended": "WhatsApp has suspended sending from this number for now.",
    "expired": "The WhatsApp subscription has run out.",
    "deleted": "This WhatsApp instance was deleted.",
    "quota": "The monthly limit of the WhatsApp plan is used up.",
    "blocked": "WhatsApp has blocked this number.",
    "sleeping": "The phone has been out of touch with WhatsApp for too long.",
}
"""Every code and the sentence staff read for it."""


class GreenApiError(Exception):
    """Base of all errors here.

    `code` is a short machine word (a key of WORDS), `method` the Green API method, `status` the
    HTTP status if there was one, `detail` what Green API said, with token, numbers and everything
    the caller sent removed, `retry_after` seconds if the server named them.
    """

    decision: ClassVar[Decision]

    def __init__(
        self,
        code: str,
        *,
        method: str = "",
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.method = method
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    @property
    def words(self) -> str:
        """One plain sentence for staff."""
        return WORDS.get(self.code, "WhatsApp could not do this.")

    @property
    def reason(self) -> str | None:
        """Why the instance cannot send, when that is what the error says: a `Reason`, or a word of
        the caller's own error.
        """
        return None

    @property
    def rate_limited(self) -> bool:
        """True for 429 only: back the whole instance off, with jitter."""
        return False

    @property
    def whole_instance(self) -> bool:
        """True when it is about the line, so that the next message would meet the same."""
        return False

    def __str__(self) -> str:
        where = " ".join(part for part in (self.method, str(self.status or "")) if part)
        said = f" ({self.detail})" if self.detail else ""
        return f"{where}: {self.words}{said}" if where else f"{self.words}{said}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, method={self.method!r}, status={self.status})"


class TryLater(GreenApiError):
    """Nothing was accepted, or the call only reads: repeating it later is safe."""

    decision = Decision.RETRY_LATER


class Unreachable(TryLater):
    """For a call: provably nothing was sent. For a file: it could not be fetched this time."""

    @property
    def whole_instance(self) -> bool:
        return True


class RateLimited(TryLater):
    """429. Over the per-second limit; nothing was accepted."""

    @property
    def rate_limited(self) -> bool:
        return True

    @property
    def whole_instance(self) -> bool:
        return True


class Starting(TryLater):
    """The instance is starting; nothing was accepted."""

    @property
    def reason(self) -> Reason:
        return Reason.STARTING

    @property
    def whole_instance(self) -> bool:
        return True


class Refused(GreenApiError):
    """Will never work as asked."""

    decision = Decision.NEVER


class NotFound(Refused):
    """No such chat, message or method."""


class TooLarge(Refused):
    """Over a size limit."""


class HostNotAllowed(Refused):
    """A media link to a host, scheme or port that is not on the allow-list."""


class Gone(Refused):
    """A dead media link; `download_file` may give a fresh one."""


class OutcomeUnknown(GreenApiError):
    """A send whose fate is not known. Never send it again before the journal has been asked."""

    decision = Decision.OUTCOME_UNKNOWN

    @property
    def words(self) -> str:
        return "WhatsApp did not confirm this message. It may have been sent; we are checking."


class InstanceUnavailable(GreenApiError):
    """Nothing can be sent from this number until somebody acts. `code` is the reason."""

    decision = Decision.PAUSE_INSTANCE

    @property
    def reason(self) -> Reason:
        return Reason(self.code)

    @property
    def whole_instance(self) -> bool:
        return True
