"""A webhook's body, read once, with limits on what JSON may do to us: the gate, the event's row and
the application all ask this one reading.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import dedupe_key

DEPTH_LIMIT = 64


@dataclass(frozen=True)
class EventNames:
    """What a stored event is called: by what it is recognised, what kind it is, the chat that it
    is about and the message, as far as it says so.
    """

    dedupe_key: str
    type_webhook: str
    chat_id: str
    id_message: str


@dataclass(frozen=True)
class WebhookBody:
    """The bytes as they came, the JSON object in them (None when there is none), and the idInstance
    that it names, if it names one.
    """

    raw: bytes = field(repr=False)
    values: Mapping[str, Any] | None = field(repr=False)
    id_instance: int | None = None

    def names(self) -> EventNames:
        """Read what the event is called, however often it comes."""
        if self.values is None:
            return EventNames("raw:" + hashlib.sha256(self.raw).hexdigest(), "", "", "")
        fields = Fields.of(self.values)
        people = self.values.get("senderData")
        text = people.get("chatId") if isinstance(people, dict) else self.values.get("chatId")
        return EventNames(
            dedupe_key(self.values),
            fields.word("typeWebhook"),
            parse_chat_id(text).canonical if isinstance(text, str) else "",
            fields.word("idMessage"),
        )


def read(raw: bytes) -> WebhookBody:
    """Read a body. Never raises: what holds no JSON object, or one that is nested too deeply, has
    no `values`.
    """
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return WebhookBody(raw, None)
    if not isinstance(value, dict) or _is_too_deep(value):
        return WebhookBody(raw, None)
    return WebhookBody(raw, value, Fields.of(value).block("instanceData").integer("idInstance"))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return False
    return True
