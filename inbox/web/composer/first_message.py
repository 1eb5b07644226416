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
from inbox.web.page.dialog import Dialog
from inbox.web.page.htmx import wants_fragment
from inbox.web.thread.thread import page_of

Answer = str | tuple[str, int] | Response
RATE = "6 per minute; 60 per hour"  # of one person: WhatsApp bans numbers that write to strangers
TOO_MANY = "That was a lot of new numbers in a short time. Wait a minute; your text stays here."
NOT_CHECKED = "Whether this number has WhatsApp is checked when the message goes out."
KNOWN = "There is a conversation with this number already. Your text is in the box, not sent yet."


@blueprint.get("/h/<slug>/new")
@hotel_required
def introduction_form() -> str:
    """Where to write a number and the first message."""
    return _sheet().draw(**_choices())


@blueprint.post("/h/<slug>/new")
@hotel_required
def introduce() -> Answer:
    """Begin a conversation, or open the one that is there."""
    try:
        with limiter.limit(RATE, key_func=_person):
            done = first_messages.introduce(g.hotel.id, current_user.staff_id, _letter())
    except RateLimitExceeded:
        return _sheet().refuse({"form": TOO_MANY}, 429, **_choices())
    except Invalid as error:
        return _sheet().refuse(error.fields, **_choices())
    return _begun(done) if done.is_sent else _known(done)


def _person() -> str:
    return f"staff:{current_user.staff_id}"


def _letter() -> FirstMessage:
    form = request.form
    sender = form.get("instance", "")
    return FirstMessage(
        phone=form.get("phone", ""),
        body=form.get("body", ""),
        client_ref=form.get("client_ref", ""),
        name=form.get("name", ""),
        instance_id=int(sender) if sender.isascii() and sender.isdigit() else None,
    )


def _begun(done: Started) -> Response:
    if not done.is_checked:
        flash(NOT_CHECKED)
    where = _thread_url(done)
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": where})
    return Response(status=303, headers={"Location": where})


def _known(done: Started) -> Answer:
    """The thread that is there, with the text in its box: somebody decides after reading it."""
    conversation = conversations.get(g.hotel.id, done.conversation_id)
    thread = page_of(conversation, draft=request.form.get("body", ""), problem=KNOWN)
    if not wants_fragment():
        return thread
    return Response(thread, headers={"HX-Push-Url": _thread_url(done)}, mimetype="text/html")


def _sheet() -> Dialog:
    back = url_for("web.inbox", slug=g.hotel.slug)
    return Dialog("composer/_first_message_form.html", "New conversation", back)


def _choices() -> dict[str, Any]:
    return {"senders": first_messages.senders(g.hotel.id), "text_limit": TEXT_LIMIT}


def _thread_url(done: Started) -> str:
    return url_for("web.thread", slug=g.hotel.slug, conversation_id=done.conversation_id)
