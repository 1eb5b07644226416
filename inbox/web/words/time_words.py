"""How a moment that is still to come reads, on the hotel's clock."""

from datetime import datetime

from flask import Blueprint

from inbox import clock as clock_seam
from inbox.models import Hotel
from inbox.web.words.formatting import clock, local, plain_day


def at_words(moment: datetime, hotel: Hotel) -> str:
    """at 18:40, tomorrow at 18:40, on Mon 20 Nov at 18:40."""
    day = _day(moment, hotel)
    return f"{day} at {clock(moment, hotel)}".strip()


def until_words(moment: datetime, hotel: Hotel) -> str:
    """until 18:40, until tomorrow, 18:40, until Mon 20 Nov, 18:40."""
    day = _day(moment, hotel).removeprefix("on ")
    time = clock(moment, hotel)
    return f"until {day}, {time}" if day else f"until {time}"


def _day(moment: datetime, hotel: Hotel) -> str:
    """'' for today."""
    day, today = local(moment, hotel).date(), local(clock_seam.now(), hotel).date()
    if day <= today:
        return ""
    return "tomorrow" if (day - today).days == 1 else f"on {plain_day(day, today)}"


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names."""
    for function in (at_words, until_words):
        blueprint.add_app_template_filter(function, function.__name__)
