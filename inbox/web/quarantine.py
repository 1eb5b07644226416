"""What could not be read: looking at it, and trying again. For managers."""

from flask import flash, g, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Conflict
from inbox.security.tenancy import hotel_required, require_role
from inbox.services import audit, events
from inbox.web.desk import frame
from inbox.web.door import blueprint
from inbox.web.htmx import settled

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
    page = events.page(g.hotel.id, before=_before())
    bodies = events.bodies(g.hotel.id, [event.id for event in page.rows])
    return render_template(
        "quarantine.html",
        page=page,
        bodies={key: body.decode("utf-8", "replace") for key, body in bodies.items()},
        cut_at=events.SHOWN_BYTES,
        types=_TYPES,
        counts=events.counts(g.hotel.id),
        **frame(),
    )


@blueprint.post("/h/<slug>/line/quarantine/<int:event_id>/replay")
@hotel_required
def replay(event_id: int) -> Response:
    """Try one again."""
    require_role("manager")
    try:
        state = events.replay(g.hotel.id, event_id, audit.by_staff(current_user.staff_id))
    except Conflict as error:
        flash(error.message)
    else:
        flash("It still cannot be read." if state == "quarantined" else "It is applied now.")
    return _back()


@blueprint.post("/h/<slug>/line/quarantine/<int:event_id>/leave")
@hotel_required
def leave_event(event_id: int) -> Response:
    """Nothing is to be done about it."""
    require_role("manager")
    events.leave(g.hotel.id, event_id, audit.by_staff(current_user.staff_id))
    flash("It is left as it is. Nothing was thrown away.")
    return _back()


@blueprint.post("/h/<slug>/line/quarantine/replay")
@hotel_required
def replay_all() -> Response:
    """Try all again, oldest first."""
    require_role("manager")
    done = events.replay_all(g.hotel.id, audit.by_staff(current_user.staff_id), limit=AT_ONCE)
    words = f"{done.settled} of {done.tried} could be read now."
    flash(f"{words} {done.left} are still to be tried." if done.left else words)
    return _back()


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _back() -> Response:
    return settled(url_for("web.quarantine", slug=g.hotel.slug))
