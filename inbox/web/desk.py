"""What every page of the desk shows around the thread: hotels, tabs, line, and where we are."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_login import current_user

from inbox import clock
from inbox.errors import Invalid
from inbox.models import TEXT_LIMIT
from inbox.services import changes, conversations, hotels, line

QUERY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the list a person stands: which tab, and what they search for."""

    view: str
    q: str


def place() -> Place:
    """The tab and search of this request. Raises `Invalid` for a tab that does not exist."""
    view = request.values.get("view") or "needs_us"
    if view not in conversations.VIEWS:
        raise Invalid({"view": "There is no such list."})
    return Place(view, request.values.get("q", "").replace("\0", "").strip()[:QUERY_LIMIT])


def around(here: Place, seq: int | None = None) -> dict[str, Any]:
    """The variables of the regions around a thread, true at least as of change number `seq`.

    The number is read before anything else, so a change that comes in between is shown twice
    rather than never.
    """
    hotel = g.hotel
    return {
        "seq": changes.head(hotel.id) if seq is None else seq,
        "hotel": hotel,
        "me": current_user,
        "view": here.view,
        "q": here.q,
        "order": order(here),
        "now": clock.now(),
        "text_limit": TEXT_LIMIT,
        "counts": conversations.counts(hotel.id),
        "hotels": hotels.for_staff(current_user.staff_id),
        "line": line.health(hotel.id),
    }


def order(here: Place) -> str:
    """Which way the list at this place runs, by the text of `row_sort`."""
    return "asc" if conversations.longest_wait_first(here.view, here.q) else "desc"


def list_page(here: Place, before: str | None = None) -> conversations.ConversationPage:
    """A page of the list at this place."""
    return conversations.page(g.hotel.id, here.view, before=before, search=here.q)
