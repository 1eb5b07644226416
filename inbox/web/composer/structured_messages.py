"""The desk sends what is neither text nor file: a place, a contact card, a poll."""

from collections.abc import Callable

from flask import g, render_template, request
from werkzeug.wrappers import Response

from inbox.errors import Conflict, Invalid
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations
from inbox.services.guests import phone_numbers
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import OutgoingContent
from inbox.services.replies import map_links, replies
from inbox.web.blueprint import blueprint
from inbox.web.page.addresses import thread_url
from inbox.web.page.dialog import Dialog
from inbox.web.page.htmx import settled, wants_fragment
from inbox.web.thread.thread import to_guest

Answer = str | tuple[str, int] | Response
SENT_BEFORE = "What you sent first is on its way already. Send this too only if you want both."


@blueprint.get("/h/<slug>/c/<int:conversation_id>/place")
@hotel_required
def place_form(conversation_id: int) -> str:
    """Where to write a place."""
    return _draw(conversation_id, _place_dialog)


@blueprint.post("/h/<slug>/c/<int:conversation_id>/place")
@hotel_required
def send_place(conversation_id: int) -> Answer:
    """Send a place on the map."""
    return _send(conversation_id, _place_dialog, _place)


@blueprint.get("/h/<slug>/c/<int:conversation_id>/contact")
@hotel_required
def contact_form(conversation_id: int) -> str:
    """Where to write somebody's name and number."""
    return _draw(conversation_id, _contact_dialog)


@blueprint.post("/h/<slug>/c/<int:conversation_id>/contact")
@hotel_required
def send_contact(conversation_id: int) -> Answer:
    """Send somebody's card."""
    return _send(conversation_id, _contact_dialog, _contact)


@blueprint.get("/h/<slug>/c/<int:conversation_id>/poll")
@hotel_required
def poll_form(conversation_id: int) -> str:
    """Where to write a question and its answers."""
    return _draw(conversation_id, _poll_dialog)


@blueprint.post("/h/<slug>/c/<int:conversation_id>/poll")
@hotel_required
def send_poll(conversation_id: int) -> Answer:
    """Send a poll."""
    return _send(conversation_id, _poll_dialog, _poll)


def _place() -> OutgoingContent:
    point = map_links.read(request.form.get("point", ""))
    name, address = request.form.get("name", ""), request.form.get("address", "")
    return outgoing.location(point.latitude, point.longitude, name, address)


def _contact() -> OutgoingContent:
    phone = phone_numbers.of_hotel(g.hotel.id, request.form.get("phone", "")).user
    return outgoing.contact(request.form.get("name", ""), phone)


def _poll() -> OutgoingContent:
    answers = request.form.getlist("option")
    return outgoing.poll(
        request.form.get("question", ""), answers, multiple="multiple" in request.form
    )


def _place_dialog(back: str) -> Dialog:
    return Dialog("composer/_place_form.html", "Send a location", back)


def _contact_dialog(back: str) -> Dialog:
    return Dialog("composer/_contact_form.html", "Send a contact", back)


def _poll_dialog(back: str) -> Dialog:
    return Dialog("composer/_poll_form.html", "Send a poll", back)


def _draw(conversation_id: int, make_dialog: Callable[[str], Dialog]) -> str:
    conversation = conversations.get(g.hotel.id, conversation_id)
    return make_dialog(thread_url(conversation.id)).draw(conversation=conversation)


def _send(
    conversation_id: int, make_dialog: Callable[[str], Dialog], make: Callable[[], OutgoingContent]
) -> Answer:
    """Queue it, and answer with its bubble; or with the form again, and why not."""
    conversation = conversations.get(g.hotel.id, conversation_id)
    dialog = make_dialog(thread_url(conversation.id))
    try:
        message = replies.send(g.hotel.id, conversation_id, to_guest(conversation_id, make()))
    except (Invalid, Conflict) as error:
        errors = error.fields if isinstance(error, Invalid) else {"form": SENT_BEFORE}
        again = conversations.get(g.hotel.id, conversation_id)
        return dialog.refuse(errors, conversation=again)
    if not wants_fragment():
        return settled(dialog.back)
    return render_template(
        "thread/_bubble.html",
        message=message,
        conversation=conversations.get(g.hotel.id, conversation_id),
        hotel=g.hotel,
    )
