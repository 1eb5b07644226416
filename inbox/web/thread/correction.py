"""Changing and deleting what went out."""

from flask import g, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Conflict, Invalid
from inbox.models import TEXT_LIMIT
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import threads
from inbox.services.messages import corrections
from inbox.web.blueprint import blueprint
from inbox.web.page.htmx import wants_fragment
from inbox.web.thread.bubble import drawn
from inbox.web.thread.message_menu import about_message


@blueprint.get("/h/<slug>/m/<int:message_id>/edit")
@hotel_required
def edit_form(message_id: int) -> str:
    """Its text, to be changed."""
    message = threads.outgoing(g.hotel.id, message_id)
    return about_message("thread/_edit.html", message, text=message.body, text_limit=TEXT_LIMIT)


@blueprint.post("/h/<slug>/m/<int:message_id>/edit")
@hotel_required
def edit(message_id: int) -> str | tuple[str, int] | Response:
    """Give the guest this text in its place. What cannot be taken stays in the form."""
    text = request.form.get("body", "")
    try:
        corrections.edit(g.hotel.id, message_id, current_user.staff_id, text)
    except (Invalid, Conflict) as error:
        return _refused(message_id, text, error.message)
    if wants_fragment():
        return ""  # the form goes away, and the live path draws the bubble
    return drawn(threads.message(g.hotel.id, message_id))


def _refused(message_id: int, text: str, why: str) -> tuple[str, int]:
    if wants_fragment():
        return render_template("page/_reason.html", words=why), 422
    message = threads.outgoing(g.hotel.id, message_id)
    page = about_message(
        "thread/_edit.html", message, text=text, text_limit=TEXT_LIMIT, problem=why
    )
    return page, 422


@blueprint.get("/h/<slug>/m/<int:message_id>/delete")
@hotel_required
def ask_delete(message_id: int) -> str:
    """It goes from the guest's phone too: does the person want that?"""
    return about_message("thread/_ask_delete.html", threads.outgoing(g.hotel.id, message_id))


@blueprint.post("/h/<slug>/m/<int:message_id>/delete")
@hotel_required
def delete(message_id: int) -> str | Response:
    """Take it back from the guest's phone."""
    corrections.delete(g.hotel.id, message_id, current_user.staff_id)
    return drawn(threads.message(g.hotel.id, message_id))
