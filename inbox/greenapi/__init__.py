"""Green API (WhatsApp over HTTP) for any project: `requests` and the standard library, no more.

    api = GreenApi(1101000001, token, api_url="https://1101.api.greenapi.com")
    try:
        sent = api.send_message(from_phone("+44 7700 900318"), "Your room is ready.")
    except GreenApiError as error:
        act_on(error.decision, error.reason, error.words)
    note = parse_notification(webhook_body); key = dedupe_key(webhook_body)

Nothing is retried; errors say what to do next (see errors.py for the tree).
"""

from inbox.greenapi import media
from inbox.greenapi.answers import (
    Avatar,
    ContactInfo,
    Qr,
    QueuedMessage,
    ReceivedNotification,
    SentMessage,
    Settings,
    WaSettings,
    WhatsAppNumber,
)
from inbox.greenapi.chat_ids import ChatId, from_phone, match_keys
from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.client import API_URL, MEDIA_URL, GreenApi
from inbox.greenapi.contents import (
    Amendment,
    Choice,
    Contact,
    Contacts,
    Content,
    Deletion,
    Edit,
    File,
    GroupInvite,
    Location,
    Marker,
    Menu,
    Option,
    Poll,
    PollVotes,
    Quoted,
    Reaction,
    Text,
    UnknownContent,
    Vote,
)
from inbox.greenapi.errors import (
    Decision,
    Gone,
    GreenApiError,
    HostNotAllowed,
    InstanceUnavailable,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Reason,
    Refused,
    Starting,
    TooLarge,
    TryLater,
    Unreachable,
)
from inbox.greenapi.journal import JournalMessage
from inbox.greenapi.notifications import (
    MalformedNotification,
    MessageNotification,
    Notification,
    QuotaNotification,
    StateNotification,
    StatusNotification,
    UnknownNotification,
    dedupe_key,
)
from inbox.greenapi.notifications import parse as parse_notification
from inbox.greenapi.sessions import Timeout, shared_session
from inbox.greenapi.states import Delivery, InstanceState, State
from inbox.greenapi.telephone import CallNotification, CallState

__all__ = [
    "API_URL",
    "MEDIA_URL",
    "Amendment",
    "Avatar",
    "CallNotification",
    "CallState",
    "ChatId",
    "Choice",
    "Contact",
    "ContactInfo",
    "Contacts",
    "Content",
    "Decision",
    "Deletion",
    "Delivery",
    "Edit",
    "File",
    "Gone",
    "GreenApi",
    "GreenApiError",
    "GroupInvite",
    "HostNotAllowed",
    "InstanceState",
    "InstanceUnavailable",
    "JournalMessage",
    "Location",
    "MalformedNotification",
    "Marker",
    "Menu",
    "MessageNotification",
    "NotFound",
    "Notification",
    "Option",
    "OutcomeUnknown",
    "Poll",
    "PollVotes",
    "Qr",
    "QueuedMessage",
    "QuotaNotification",
    "Quoted",
    "RateLimited",
    "Reaction",
    "Reason",
    "ReceivedNotification",
    "Refused",
    "SentMessage",
    "Settings",
    "Starting",
    "State",
    "StateNotification",
    "StatusNotification",
    "Text",
    "Timeout",
    "TooLarge",
    "TryLater",
    "UnknownContent",
    "UnknownNotification",
    "Unreachable",
    "Vote",
    "WaSettings",
    "WhatsAppNumber",
    "dedupe_key",
    "from_phone",
    "match_keys",
    "media",
    "parse_chat_id",
    "parse_notification",
    "shared_session",
]
