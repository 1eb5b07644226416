"""Keeping the token out of every text: Green API puts it in the URL of each call.

urllib3 writes request paths to its DEBUG log (and, for broken headers, whole URLs to WARNING), so
its loggers get a filter that masks them whoever configures logging.
"""

import logging
import re
from collections.abc import Collection, Iterable
from urllib.parse import quote

_IN_PATH = re.compile(r"(waInstance\d+/+\w+/+)[^/?#\s\"'<>\\]+", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{5,}")
_LOGGERS = (
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.response",
    "urllib3.util.retry",
    "urllib3.poolmanager",
)
_MASK = "…"


def mask_paths(text: str) -> str:
    """The text with the token part of every Green API path masked."""
    return _IN_PATH.sub(rf"\1{_MASK}", text)


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, as they are or URL-quoted, and without paths' tokens."""
    spellings = {s for secret in secrets if secret for s in (secret, quote(secret, safe=""))}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, _MASK)
    return mask_paths(text)


def said_by_provider(text: str, secrets: Iterable[str], sent: object) -> str:
    """What may be repeated of an error text: no token, no phone number, nothing the caller sent.

    Markup (a proxy's error page) gives ''. At most 160 characters, on one line.
    """
    if text.lstrip().startswith("<"):
        return ""
    masked = mask(text, [*secrets, *(part for part in strings_in(sent) if len(part) > 2)])
    return " ".join(_LONG_NUMBER.sub(_MASK, masked).split())[:160]


def strings_in(value: object) -> Collection[str]:
    """Every string in a JSON value, keys left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings_in(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in strings_in(part)]
    return []


class _PathFilter(logging.Filter):
    """Masks the record itself, so that every handler sees it masked."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = mask_paths(message)
        if masked != message:
            record.msg, record.args = masked, ()
            record.exc_info = record.exc_text = None
        return True


_FILTER = _PathFilter()


def quiet_urllib3() -> None:
    """Mask Green API paths in urllib3's log records. Safe to call often."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
