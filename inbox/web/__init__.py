"""The HTTP door: pages and fragments for the desk.

A route is a sentence: load with permission, call one verb, render.
"""

from inbox.web import (
    assets,
    bubble,
    bundles,
    changes,
    correction,
    doubt,
    enclosure,
    errors,
    formatting,
    forward,
    guest,
    handed_over,
    handout,
    house_rules,
    inbox,
    introduction,
    kinds,
    line,
    media,
    message,
    moments,
    prints,
    quarantine,
    schedule,
    sign_in,
    tallies,
    thread,
    ticks,
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
    correction,
    doubt,
    forward,
    handout,
    schedule,
    changes,
    media,
    line,
    house_rules,
    quarantine,
    vendor,
    bundles,
)

_PARTS = (formatting, moments, ticks, bubble, kinds, guest, schedule, assets, bundles, handed_over)
for _part in (*_PARTS, prints, tallies, errors):
    _part.register(blueprint)

__all__ = ["ROUTES", "blueprint"]
