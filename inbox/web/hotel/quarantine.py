"""What could not be read: looking at it, and trying again. For managers."""

from flask import flash, g, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Conflict
from inbox.models.states import EventState
from inbox.security.tenancy import hotel_required, require_role
from inbox.services import audit
from inbox.services.intake import stored_events
from inbox.web.blueprint import blueprint
from inbox.web.page import ids
from inbox.web.page.frame import page_frame
from inbox.web.page.htmx import settled

AT_ONCE = 200  # a request must end; the button says what is left

_TYPES = {
    "incomingMessageReceived": "Message of a guest",
    "outgoingMessageReceived": "Message from the hotel's phone",
    "outgoingAPIMessageReceived": "Message sent by a program",
    "outgoingMessageStatus": "Ticks of a message",
    "stateInstanceChanged": "State of the line",
    "statusInstanceChanged": "Connection of the phone",
    "incomingCall": "Call of a guest",
    "outgoingCall": "Call to a guest",
    "incomingBlock": "Blocked contact",
    "deviceInfo": "The phone",
    "quotaExceeded": "Limit of the plan",
    "deletedMessageWebhook": "Deleted message",
    "editedMessageWebhook": "Edited message",
    "pollMessageWebhook": "Votes of a poll",
}


@blueprint.get("/h/<slug>/line/quarantine")
@hotel_required
def quarantine() -> str:
    """The set-aside notifications, newest first, with their bodies as they came."""
    require_role("manager")
    page = stored_events.page(g.hotel.id, before=ids.read(request.args.get("before", "")))
    bodies = stored_events.shown_bodies(g.hotel.id, [event.id for event in page.rows])
    return render_template(
        "hotel/quarantine.html",
        page=page,
        bodies={key: body.decode("utf-8", "replace") for key, body in bodies.items()},
        cut_at=stored_events.SHOWN_BYTES,
        types=_TYPES,
        counts=stored_events.counts(g.hotel.id),
        **page_frame(),
    )


@blueprint.post("/h/<slug>/line/quarantine/<int:event_id>/replay")
@hotel_required
def replay(event_id: int) -> Response:
    """Try one again."""
    require_role("manager")
    try:
        state = stored_events.replay(g.hotel.id, event_id, audit.by_staff(current_user.staff_id))
    except Conflict as error:
        flash(error.message)
    else:
        flash(
            "It still cannot be read." if state == EventState.QUARANTINED else "It is applied now."
        )
    return _back()


@blueprint.post("/h/<slug>/line/quarantine/<int:event_id>/leave")
@hotel_required
def leave_event(event_id: int) -> Response:
    """Nothing is to be done about it."""
    require_role("manager")
    stored_events.leave(g.hotel.id, event_id, audit.by_staff(current_user.staff_id))
    flash("It is left as it is. Nothing was thrown away.")
    return _back()


@blueprint.post("/h/<slug>/line/quarantine/replay")
@hotel_required
def replay_all() -> Response:
    """Try all again, oldest first."""
    require_role("manager")
    done = stored_events.replay_all(
        g.hotel.id, audit.by_staff(current_user.staff_id), limit=AT_ONCE
    )
    words = f"{done.settled} of {done.tried} could be read now."
    flash(f"{words} {done.left} are still to be tried." if done.left else words)
    return _back()


def _back() -> Response:
    return settled(url_for("web.quarantine", slug=g.hotel.slug))
