"""A message that may or may not have arrived: a person decides."""

from flask import g
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.security.tenancy import hotel_required
from inbox.services.conversations import threads
from inbox.services.replies import unconfirmed
from inbox.web.blueprint import blueprint
from inbox.web.thread.bubble import drawn
from inbox.web.thread.message_menu import about_message


@blueprint.post("/h/<slug>/m/<int:message_id>/check")
@hotel_required
def check_again(message_id: int) -> str | Response:
    """Ask WhatsApp once more."""
    unconfirmed.check_again(g.hotel.id, message_id, current_user.staff_id)
    return drawn(threads.message(g.hotel.id, message_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/arrived")
@hotel_required
def arrived(message_id: int) -> str | Response:
    """The guest has it."""
    unconfirmed.arrived(g.hotel.id, message_id, current_user.staff_id)
    return drawn(threads.message(g.hotel.id, message_id))


@blueprint.get("/h/<slug>/m/<int:message_id>/send-again")
@hotel_required
def ask_send_again(message_id: int) -> str:
    """The guest may get it twice: does the person want that?"""
    return about_message("thread/_ask_send_again.html", threads.outgoing(g.hotel.id, message_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/send-again")
@hotel_required
def send_again(message_id: int) -> str | Response:
    """The guest does not have it, says a person."""
    unconfirmed.send_again(g.hotel.id, message_id, current_user.staff_id)
    return drawn(threads.message(g.hotel.id, message_id))
