"""A webhook's body, read once, with limits on what JSON may do to us: the gate, the event's row and
the application all use this one reading.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import (
    MalformedNotification,
    MessageNotification,
    Notification,
    dedupe_key,
    parse,
)
from inbox.services.intake.quarantine import fault_of

DEPTH_LIMIT = 64
MOST_PARTS = 50_000  # objects and lists; a notification has a few dozen
NO_OBJECT = "The body is not a JSON object."

# A string is passed over whole, so that brackets in what a guest wrote do not count.
_PARTS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)


@dataclass(frozen=True)
class EventNames:
    """What a stored event is called: by what it is recognised, what kind it is, the chat that it
    is about and the message, as far as it says so.
    """

    dedupe_key: str
    type_webhook: str = ""
    chat_id: str = ""
    id_message: str = ""


@dataclass(frozen=True)
class WebhookBody:
    """The bytes as they came, what their event is called, the idInstance that they name, and the
    notification in them; None, and why, when there is none.
    """

    raw: bytes = field(repr=False)
    names: EventNames = field(repr=False)
    id_instance: int | None = None
    notification: Notification | None = field(default=None, repr=False)
    error: str = ""


def read(raw: bytes) -> WebhookBody:
    """Read a body. Never raises: what cannot be read has no notification, and says why."""
    values = _object(raw)
    if values is None:
        key = "raw:" + hashlib.sha256(raw).hexdigest()
        return WebhookBody(raw, EventNames(key), error=NO_OBJECT)
    fields, key = Fields.of(values), dedupe_key(values)
    notification, error = None, ""
    try:
        notification = parse(values)
    except MalformedNotification as malformed:
        error = str(malformed)
    except Exception as fault:  # noqa: BLE001  (kept in quarantine, whatever it is)
        error = fault_of(fault)
    if isinstance(notification, MessageNotification):
        chat_id = notification.chat_id.canonical
    else:
        chat_id = _chat_id(values)
    names = EventNames(key, fields.word("typeWebhook"), chat_id, fields.word("idMessage"))
    id_instance = fields.block("instanceData").integer("idInstance")
    return WebhookBody(raw, names, id_instance, notification, error)


def _chat_id(values: Mapping[str, Any]) -> str:
    people = values.get("senderData")
    text = people.get("chatId") if isinstance(people, dict) else values.get("chatId")
    return parse_chat_id(text).canonical if isinstance(text, str) else ""


def _object(raw: bytes) -> Mapping[str, Any] | None:
    """The JSON object in these bytes; None when there is none, or one that is nested too deeply or
    has too many parts, which is found out before anything is built from it.
    """
    depth = parts = 0
    for part in _PARTS.finditer(raw):
        first = part[0][:1]
        if first in b"[{":
            depth, parts = depth + 1, parts + 1
        elif first in b"]}":
            depth -= 1
        if depth > DEPTH_LIMIT or parts > MOST_PARTS:
            return None
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
