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
    inbox,
    kinds,
    line,
    media,
    message,
    prints,
    quarantine,
    sign_in,
    tallies,
    thread,
    vendor,
)
from inbox.web.door import blueprint

ROUTES = (sign_in, inbox, thread, enclosure, message, changes, media, line, quarantine, vendor)

for _part in (formatting, bubble, kinds, guest, assets, prints, tallies, errors):
    _part.register(blueprint)

__all__ = ["ROUTES", "blueprint"]
