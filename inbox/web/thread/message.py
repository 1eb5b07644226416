"""One message: what can be done with it, trying it again, calling it back, letting it go."""

from flask import g
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox import clock
from inbox.models.states import RECALLABLE, CorrectionKind
from inbox.security.tenancy import hotel_required, require_role
from inbox.services.conversations import first_contacts, threads
from inbox.services.messages import corrections
from inbox.services.replies import cancellations, forwards
from inbox.web.blueprint import blueprint
from inbox.web.thread.bubble import drawn
from inbox.web.thread.message_menu import about_message


@blueprint.get("/h/<slug>/m/<int:message_id>")
@hotel_required
def message_menu(message_id: int) -> str:
    """All that can be done with it at this moment."""
    message, now = threads.message(g.hotel.id, message_id), clock.now()
    return about_message(
        "thread/_message_menu.html",
        message,
        may_edit=corrections.may(message, CorrectionKind.EDIT, now),
        may_delete=corrections.may(message, CorrectionKind.DELETE, now),
        may_cancel=message.status in RECALLABLE,
        may_forward=forwards.may(message),
        too_late=corrections.TOO_LATE,
    )


@blueprint.post("/h/<slug>/m/<int:message_id>/retry")
@hotel_required
def retry(message_id: int) -> str | Response:
    """A new attempt, as a new bubble."""
    return drawn(cancellations.retry(g.hotel.id, message_id, current_user.staff_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/discard")
@hotel_required
def discard(message_id: int) -> str | Response:
    """Leave it unsent."""
    return drawn(cancellations.discard(g.hotel.id, message_id, current_user.staff_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/cancel")
@hotel_required
def cancel(message_id: int) -> str | Response:
    """Call it back before it goes out."""
    return drawn(cancellations.cancel(g.hotel.id, message_id, current_user.staff_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/waive")
@hotel_required
def waive(message_id: int) -> str | Response:
    """Let it go although the hotel's limit for strangers holds it back. For managers."""
    message = threads.outgoing(g.hotel.id, message_id)
    require_role("manager")
    first_contacts.waive(g.hotel.id, message.id, current_user.staff_id)
    return drawn(threads.message(g.hotel.id, message_id))
