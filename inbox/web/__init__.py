"""The HTTP door: pages and fragments for the desk.

A route is a sentence: load with permission, call one verb, render.
"""

# Each module hangs its routes on the blueprint when it is imported.
# ruff: noqa: F401

from inbox.web import changes
from inbox.web.blueprint import blueprint
from inbox.web.composer import attachment, first_message, schedule, structured_messages
from inbox.web.guest import guest
from inbox.web.hotel import line, quarantine, sending_limits
from inbox.web.list import inbox
from inbox.web.page import (
    assets,
    bundles,
    errors,
    fragment_cache,
    script_attributes,
    sign_in,
    vendor,
    waiting_counts,
)
from inbox.web.thread import bubble, correction, forward, media, message, thread, unconfirmed
from inbox.web.words import formatting, kind_words, people_words, ticks, time_words

_PARTS = (formatting, people_words, time_words, ticks, bubble, kind_words, guest, schedule, assets)
for _part in (*_PARTS, bundles, script_attributes, fragment_cache, waiting_counts, errors):
    _part.register(blueprint)

__all__ = ["blueprint"]
