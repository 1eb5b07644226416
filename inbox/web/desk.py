"""What every page of the desk shows around the thread: hotels, tabs, line, and where we are."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_login import current_user

from inbox import clock
from inbox.errors import Invalid
from inbox.models import TEXT_LIMIT, Hotel
from inbox.services import conversations, line
from inbox.services.presence import Desk
from inbox.web.tallies import tallies

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


@dataclass(frozen=True, slots=True)
class HotelCard:
    """A hotel as one person sees it in the rail, and how many guests wait there."""

    hotel: Hotel
    needs_us: int


def cards() -> list[HotelCard]:
    """Every hotel of this person, by name."""
    desks: tuple[Desk, ...] = current_user.desks
    counts = tallies().of(desk.hotel for desk in desks)
    return [HotelCard(desk.hotel, counts[desk.hotel.id].needs_us) for desk in desks]


def around(here: Place) -> dict[str, Any]:
    """All that a page shows around its thread. The hotel's number was read before anything else,
    so a change that comes in between is shown twice rather than never.
    """
    return regions(here, g.hotel.change_seq) | {
        "me": current_user,
        "hotels": cards(),
        "text_limit": TEXT_LIMIT,
    }


def regions(here: Place, seq: int) -> dict[str, Any]:
    """What is the same for everybody who stands at this place of the hotel's list: true at least
    as of change number `seq`.
    """
    hotel = g.hotel
    return {
        "seq": seq,
        "hotel": hotel,
        "view": here.view,
        "q": here.q,
        "order": order(here),
        "now": clock.now(),
        "counts": tallies().of([hotel])[hotel.id],
        "line": line.health(hotel.id),
    }


def order(here: Place) -> str:
    """Which way the list at this place runs, by the text of `row_sort`."""
    return "asc" if conversations.longest_wait_first(here.view, here.q) else "desc"


def list_page(here: Place, before: str | None = None) -> conversations.ConversationPage:
    """A page of the list at this place."""
    return conversations.page(g.hotel.id, here.view, before=before, search=here.q)
