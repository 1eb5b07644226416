"""What the server decides and the scripts of a page need, as attributes of its elements: no rule is
written in both languages.
"""

import json
from datetime import datetime

from flask import Blueprint

from inbox import clock as clock_seam
from inbox.files import voice_notes
from inbox.models import Hotel
from inbox.services.intake import downloads
from inbox.services.messages import outgoing
from inbox.services.replies import attachments
from inbox.web.words.formatting import (
    GROUPED,
    SIZES,
    SPANS,
    WAIT_LATE,
    WAIT_SOON,
    local,
    near_days,
    plain_day,
)

Attributes = dict[str, str | int]


def of_page() -> Attributes:
    """From when on a wait is long, and how spans of time read."""
    return {
        "data-soon": int(WAIT_SOON.total_seconds()),
        "data-late": int(WAIT_LATE.total_seconds()),
        "data-spans": json.dumps([step._asdict() for step in SPANS]),
    }


def of_days(hotel: Hotel) -> Attributes:
    """The hotel's date, and the days that have another name today."""
    names = {day.isoformat(): name for day, name in near_days(hotel).items()}
    return {"data-today": max(names), "data-days": json.dumps(names)}


def of_messages() -> Attributes:
    """Within how many seconds two messages of the same person join."""
    return {"data-joins-within": int(GROUPED.total_seconds())}


def of_composer() -> Attributes:
    """The limits of what can be sent, and how sizes of files read."""
    return {
        "data-largest": downloads.LARGEST,
        "data-too-large": attachments.TOO_LARGE.removeprefix("This file "),
        "data-longest-caption": outgoing.CAPTION_LIMIT,
        "data-longest-recording": voice_notes.LONGEST_SECONDS,
        "data-without-text": " ".join(outgoing.SOUNDS),
        "data-sizes": json.dumps([step._asdict() for step in SIZES]),
    }


def day_words(moment: datetime, hotel: Hotel) -> str:
    """Mon 20 Nov, with the year unless it is today's; today and yesterday too: they pass."""
    return plain_day(local(moment, hotel).date(), local(clock_seam.now(), hotel).date())


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template."""
    for function in (of_page, of_days, of_messages, of_composer):
        blueprint.add_app_template_global(function, f"attributes_{function.__name__}")
    blueprint.add_app_template_filter(day_words, "day_words")
