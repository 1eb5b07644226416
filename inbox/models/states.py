"""The words that rows say of themselves, and the sets of them that mean something together.

A member equals its text: columns hold the text, and what was loaded compares with either.
"""

from enum import StrEnum


class MessageStatus(StrEnum):
    """How far a message of ours is; `NONE` for what the guest wrote."""

    NONE = ""
    SCHEDULED = "scheduled"
    UPLOADING = "uploading"
    QUEUED = "queued"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


# D5: while one of these is the oldest of its chat, nothing younger there is claimed.
UNFINISHED = (
    MessageStatus.UPLOADING,
    MessageStatus.QUEUED,
    MessageStatus.SENDING,
    MessageStatus.UNCONFIRMED,
)
IN_OUTBOX = (MessageStatus.UPLOADING, MessageStatus.QUEUED)  # nobody has begun to send it
RECALLABLE = (MessageStatus.SCHEDULED, *IN_OUTBOX)  # it can be called back, and no guest knows
UNDER_WAY = (MessageStatus.SENDING, MessageStatus.UNCONFIRMED)  # Green API may have it
UNPROVEN = (MessageStatus.ACCEPTED, MessageStatus.SENT)  # Green API has it, the phone may not
PROVEN = (MessageStatus.DELIVERED, MessageStatus.READ)
WENT_OUT = (*UNPROVEN, *PROVEN)
NOT_SENT = (MessageStatus.FAILED, MessageStatus.EXPIRED)  # and somebody has to see to it
NO_ANSWER = (*NOT_SENT, MessageStatus.CANCELLED, MessageStatus.SCHEDULED)  # the guest has nothing


class Direction(StrEnum):
    """Whether the guest wrote it or the hotel."""

    IN = "in"
    OUT = "out"


class Origin(StrEnum):
    """Who wrote a message, and where."""

    GUEST = "guest"
    DESK = "desk"
    API = "api"
    PHONE = "phone"
    ELSEWHERE = "elsewhere"


THROUGH_LOBBY = (Origin.DESK, Origin.API)
SEES_EVERYTHING = (Origin.PHONE, Origin.ELSEWHERE)  # who writes there sees all that has come


class HoldReason(StrEnum):
    """Why a queued message waits, or waits no more, for its hotel's limit."""

    NONE = ""
    FIRST_CONTACT_LIMIT = "first_contact_limit"
    WAIVED = "waived"


class ConversationStatus(StrEnum):
    """What is left to do in a conversation."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


UNDONE = (ConversationStatus.OPEN, ConversationStatus.SNOOZED)


class AttachmentState(StrEnum):
    """Whether a message's file is here."""

    WAITING = "waiting"
    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"


TO_BE_FETCHED = (AttachmentState.WAITING, AttachmentState.FETCHING)


class EventState(StrEnum):
    """What became of a stored notification."""

    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"
    QUARANTINED = "quarantined"


class EventSource(StrEnum):
    """Which way a notification came; `JOURNAL`: it never did, and was made from the journal."""

    WEBHOOK = "webhook"
    POLL = "poll"
    JOURNAL = "journal"


class Receive(StrEnum):
    """How a number's notifications come."""

    WEBHOOK = "webhook"
    POLL = "poll"


class CorrectionState(StrEnum):
    """What became of the wish to change a message that went out."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class CorrectionKind(StrEnum):
    """What is wished."""

    EDIT = "edit"
    DELETE = "delete"
