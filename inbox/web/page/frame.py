"""What every page of the desk shows around the thread: hotels, tabs, line, and where we are."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_login import current_user

from inbox import clock
from inbox.errors import Invalid
from inbox.models import TEXT_LIMIT, Hotel
from inbox.services.conversations import conversations
from inbox.services.hotels.sessions import Workplace
from inbox.services.lines import line
from inbox.web.page.waiting_counts import waiting_counts

QUERY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where in the list a person stands: which tab, and what they search for."""

    view: str
    q: str


def place() -> ListPlace:
    """The tab and search of this request. Raises `Invalid` for a tab that does not exist."""
    view = request.values.get("view") or "needs_us"
    if view not in conversations.VIEWS:
        raise Invalid({"view": "There is no such list."})
    return ListPlace(view, request.values.get("q", "").replace("\0", "").strip()[:QUERY_LIMIT])


@dataclass(frozen=True, slots=True)
class HotelCard:
    """A hotel as one person sees it in the rail, and how many guests wait there."""

    hotel: Hotel
    needs_us: int


def cards() -> list[HotelCard]:
    """Every hotel of this person, by name."""
    workplaces: tuple[Workplace, ...] = current_user.workplaces
    counts = waiting_counts().of(workplace.hotel for workplace in workplaces)
    return [
        HotelCard(workplace.hotel, counts[workplace.hotel.id].needs_us) for workplace in workplaces
    ]


def page_frame() -> dict[str, Any]:
    """What stands around a page: the rail, and what is wrong with the line."""
    return {
        "hotel": g.hotel,
        "me": current_user,
        "hotels": cards(),
        "line": line.health(g.hotel.id),
        "now": clock.now(),
    }


def around(here: ListPlace) -> dict[str, Any]:
    """All that a page shows around its thread. The hotel's number was read before anything else,
    so a change that comes in between is shown twice rather than never.
    """
    return regions(here, g.hotel.change_seq) | {
        "me": current_user,
        "hotels": cards(),
        "text_limit": TEXT_LIMIT,
    }


def regions(here: ListPlace, seq: int) -> dict[str, Any]:
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
        "counts": waiting_counts().of([hotel])[hotel.id],
        "line": line.health(hotel.id),
    }


def order(here: ListPlace) -> str:
    """Which way the list at this place runs, by the text of `row_sort`."""
    return "asc" if conversations.longest_wait_first(here.view, here.q) else "desc"


def list_page(here: ListPlace, before: str | None = None) -> conversations.ConversationPage:
    """A page of the list at this place."""
    return conversations.page(g.hotel.id, here.view, before=before, search=here.q)
