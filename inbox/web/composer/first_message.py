"""Writing first to a number that has never written."""

from typing import Any

from flask import flash, g, request, url_for
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Invalid
from inbox.extensions import limiter
from inbox.models import TEXT_LIMIT
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations
from inbox.services.replies import first_messages
from inbox.services.replies.first_messages import FirstMessage, Started
from inbox.web.blueprint import blueprint
from inbox.web.page import ids
from inbox.web.page.addresses import thread_url
from inbox.web.page.dialog import Dialog
from inbox.web.page.htmx import wants_fragment
from inbox.web.thread.thread import from_desk, page_of

Answer = str | tuple[str, int] | Response
RATE = "6 per minute; 60 per hour"  # of one person: WhatsApp bans numbers that write to strangers
TOO_MANY = "That was a lot of new numbers in a short time. Wait a minute; your text stays here."
NOT_CHECKED = "Whether this number has WhatsApp is checked when the message goes out."
KNOWN = "There is a conversation with this number already. Your text is in the box, not sent yet."


@blueprint.get("/h/<slug>/new")
@hotel_required
def introduction_form() -> str:
    """Where to write a number and the first message."""
    return _dialog().draw(**_choices())


@blueprint.post("/h/<slug>/new")
@hotel_required
def introduce() -> Answer:
    """Begin a conversation, or open the one that is there."""
    try:
        with limiter.limit(RATE, key_func=_person):
            started = first_messages.introduce(g.hotel.id, _first_message())
    except RateLimitExceeded:
        return _dialog().refuse({"form": TOO_MANY}, 429, **_choices())
    except Invalid as error:
        return _dialog().refuse(error.fields, **_choices())
    return _begun(started) if started.is_sent else _known(started)


def _person() -> str:
    return f"staff:{current_user.staff_id}"


def _first_message() -> FirstMessage:
    form = request.form
    sender = form.get("instance", "")
    return FirstMessage(
        phone=form.get("phone", ""),
        outgoing=from_desk(form.get("body", "")),
        name=form.get("name", ""),
        instance_id=ids.required(sender, "instance", first_messages.CHOOSE_NUMBER)
        if sender
        else None,
    )


def _begun(started: Started) -> Response:
    if not started.is_checked:
        flash(NOT_CHECKED)
    where = thread_url(started.conversation_id)
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": where})
    return Response(status=303, headers={"Location": where})


def _known(started: Started) -> Answer:
    """The thread that is there, with the text in its box: somebody decides after reading it."""
    conversation = conversations.get(g.hotel.id, started.conversation_id)
    thread = page_of(conversation, draft=request.form.get("body", ""), problem=KNOWN)
    if not wants_fragment():
        return thread
    headers = {"HX-Push-Url": thread_url(started.conversation_id)}
    return Response(thread, headers=headers, mimetype="text/html")


def _dialog() -> Dialog:
    back = url_for("web.inbox", slug=g.hotel.slug)
    return Dialog("composer/_first_message_form.html", "New conversation", back)


def _choices() -> dict[str, Any]:
    return {"senders": first_messages.senders(g.hotel.id), "text_limit": TEXT_LIMIT}
