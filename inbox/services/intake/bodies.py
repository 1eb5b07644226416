"""Reading the raw body of a notification, with limits on what JSON may do to us."""

import json
from collections.abc import Mapping
from typing import Any

from inbox.greenapi.fields import Fields
from inbox.greenapi.notifications import Notification, parse

DEPTH_LIMIT = 64


class Unreadable(ValueError):
    """The body is no JSON object. The text says what is wrong and quotes nothing of it."""


def as_object(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in a body. Raises `Unreadable`."""
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise Unreadable("The body is not a JSON object.")
    if _too_deep(value):
        raise Unreadable(f"The body is nested more than {DEPTH_LIMIT} levels deep.")
    return value


def read(raw: bytes) -> Notification:
    """The notification in a body that was stored. Raises `Unreadable`, `MalformedNotification`."""
    return parse(as_object(raw))


def named_instance(raw: bytes) -> int | None:
    """The idInstance that a body names, read exactly as `read` reads it; None when it names
    none.
    """
    try:
        body = as_object(raw)
    except Unreadable:
        return None
    return Fields.of(body).block("instanceData").integer("idInstance")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _too_deep(value: object) -> bool:
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
