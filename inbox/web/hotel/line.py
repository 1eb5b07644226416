"""The line: how each number of the hotel is doing, and the ledger. For managers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox import clock
from inbox.errors import Invalid
from inbox.security.tenancy import hotel_required, require_role
from inbox.services.conversations import receipts
from inbox.services.intake import ledger, stored_events
from inbox.services.lines import backlog, incident_texts, incidents, pauses
from inbox.web.blueprint import blueprint
from inbox.web.hotel.ledger_chart import chart
from inbox.web.page import frame
from inbox.web.page.htmx import settled, wants_fragment
from inbox.web.words.formatting import local

DAYS = ("today", "yesterday")
ASKED = "Asked WhatsApp. As soon as it can send again, what waits goes out by itself."
RECEIPTS = {
    receipts.ANSWER: "When somebody answers them",
    receipts.SEEN: "When somebody has opened the conversation",
    receipts.NEVER: "Never",
}
TOLD = timedelta(days=7)  # how long an incident that is over is still told


@blueprint.get("/h/<slug>/line")
@hotel_required
def line_page() -> str:
    """Every number's state, what went wrong, and whether all that came in is accounted for."""
    require_role("manager")
    return page()


def page(problems: Mapping[str, str] | None = None) -> str:
    """The whole of it, with what was wrong in the form and what was typed there."""
    hotel = g.hotel
    on = request.args.get("day") or "today"
    if on not in DAYS:
        raise Invalid({"day": "There is only today and yesterday."})
    date = local(clock.now(), hotel).date() - timedelta(days=DAYS.index(on))
    day = ledger.day(hotel.id, date)
    return render_template(
        "hotel/line.html",
        backlogs=backlog.of_hotel(hotel.id),
        nothing=backlog.NOTHING,
        incidents=_incidents(hotel.id, hotel.timezone),
        day=day,
        on=on,
        date=date,
        hours=chart(day.rows, hotel),
        counts=stored_events.counts(hotel.id),
        receipts=RECEIPTS,
        typed=request.form,
        problems=problems or {},
        **frame.page_frame(),
    )


@blueprint.post("/h/<slug>/line/<int:instance_id>/try")
@hotel_required
def try_line(instance_id: int) -> str | Response:
    """Ask WhatsApp at once whether a paused number may send again. For everybody at the desk."""
    pauses.ask_now(g.hotel.id, instance_id, current_user.staff_id)
    if wants_fragment():
        return render_template("page/_notice.html", words=ASKED, calm=True)
    flash(ASKED)
    return settled(_page_before())


def _page_before() -> str:
    """Back to the line for who came from there, else to the inbox."""
    to_the_line = request.args.get("back") == "line"
    return url_for("web.line_page" if to_the_line else "web.inbox", slug=g.hotel.slug)


def _incidents(hotel_id: int, timezone: str) -> list[dict[str, Any]]:
    """Open ones first, then those of the last week, in words."""
    since: datetime = clock.now() - TOLD
    return [
        {"incident": one, "words": incident_texts.sentence(one, timezone)}
        for one in incidents.recent(hotel_id, since)
    ]
