"""The HTTP door: pages and fragments for the desk.

A route is a sentence: load with permission, call one verb, render.
"""

from inbox.web import (
    assets,
    bubble,
    changes,
    enclosure,
    errors,
    formatting,
    guest,
    handout,
    inbox,
    introduction,
    kinds,
    line,
    media,
    message,
    prints,
    quarantine,
    schedule,
    sign_in,
    tallies,
    thread,
    vendor,
)
from inbox.web.door import blueprint

ROUTES = (
    sign_in,
    inbox,
    introduction,
    thread,
    enclosure,
    message,
    handout,
    schedule,
    changes,
    media,
    line,
    quarantine,
    vendor,
)

for _part in (formatting, bubble, kinds, guest, schedule, assets, prints, tallies, errors):
    _part.register(blueprint)

__all__ = ["ROUTES", "blueprint"]
