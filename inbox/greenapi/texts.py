"""Texts, and the marks that Green API writes instead of one."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from inbox.greenapi.fields import Fields


class Marker(StrEnum):
    """What Green API writes instead of what it could not give. Never shown as text."""

    UNREADABLE_FIRST = "SWE001"  # first message of a chat, not readable on linked devices
    FILE_TOO_LARGE = "SWE002"  # over 100 MB: it can be seen on the phone only
    UNREADABLE = "SWE003"  # decryption failed
    OTHER = "SWE"


@dataclass(frozen=True)
class Text:
    """A text, whichever of its three shapes it came in. `title` etc. describe a linked page."""

    text: str = field(repr=False)
    marker: Marker | None = None
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    kind: Literal["text"] = "text"


_MARKER = re.compile(r"\s*\{\{(SWE[0-9]{3})\}\}\s*")
_MARKERS = {marker.value: marker for marker in Marker}


def read_marker(text: str) -> Marker | None:
    """The mark, if the text is nothing else."""
    found = _MARKER.fullmatch(text)
    return _MARKERS.get(found[1], Marker.OTHER) if found else None


def read_text(block: Fields) -> Text:
    """The text of a `textMessageData`, an `extendedTextMessageData` or a journal object."""
    words = block.text("textMessage", "text")
    marker = read_marker(words)
    return Text(
        text="" if marker else words,
        marker=marker,
        title=block.text("title"),
        description=block.text("description"),
    )
