"""The line: how each number of the hotel is doing, and the ledger. For managers."""

from datetime import datetime, timedelta
from typing import Any

from flask import g, render_template, request
from flask_login import current_user

from inbox import clock
from inbox.errors import Invalid
from inbox.security.tenancy import hotel_required, require_role
from inbox.services import events, incidents, ledger, line, line_words
from inbox.web import desk
from inbox.web.door import blueprint
from inbox.web.formatting import local
from inbox.web.hours import chart

DAYS = ("today", "yesterday")
TOLD = timedelta(days=7)  # how long an incident that is over is still told


@blueprint.get("/h/<slug>/line")
@hotel_required
def line_page() -> str:
    """Every number's state, what went wrong, and whether all that came in is accounted for."""
    require_role("manager")
    hotel = g.hotel
    on = request.args.get("day") or "today"
    if on not in DAYS:
        raise Invalid({"day": "There is only today and yesterday."})
    date = local(clock.now(), hotel).date() - timedelta(days=DAYS.index(on))
    day = ledger.day(hotel.id, date)
    return render_template(
        "line.html",
        numbers=line.health(hotel.id),
        incidents=_incidents(hotel.id, hotel.timezone),
        day=day,
        on=on,
        date=date,
        hours=chart(day.rows, hotel),
        counts=events.counts(hotel.id),
        **frame(),
    )


def frame() -> dict[str, Any]:
    """What the rail of a manager's page shows."""
    return {
        "hotel": g.hotel,
        "me": current_user,
        "hotels": desk.cards(),
        "now": clock.now(),
    }


def _incidents(hotel_id: int, timezone: str) -> list[dict[str, Any]]:
    """Open ones first, then those of the last week, in words."""
    since: datetime = clock.now() - TOLD
    return [
        {"incident": one, "words": line_words.sentence(one, timezone)}
        for one in incidents.recent(hotel_id, since)
    ]
