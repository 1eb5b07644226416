"""Passing a message on to another conversation of the hotel."""

from uuid import uuid4

from flask import flash, g, render_template, request
from werkzeug.wrappers import Response

from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations, threads
from inbox.services.replies import forwards
from inbox.services.replies.forwards import Forward
from inbox.web.blueprint import blueprint
from inbox.web.page import frame, ids
from inbox.web.page.addresses import thread_url
from inbox.web.page.htmx import settled, wants_fragment
from inbox.web.thread.message_menu import about_message
from inbox.web.thread.thread import from_desk
from inbox.web.words.people_words import guest_name


@blueprint.get("/h/<slug>/m/<int:message_id>/forward")
@hotel_required
def choose_target(message_id: int) -> str:
    """Whom to? The latest conversations, or those that a search finds."""
    message = threads.message(g.hotel.id, message_id)
    q = request.args.get("q", "").replace("\0", "").strip()[: frame.QUERY_LIMIT]
    recent = conversations.recent(g.hotel.id, q)
    targets = [target for target in recent if target.id != message.conversation_id]
    return about_message("thread/_forward.html", message, targets=targets, q=q, attempt=uuid4())


@blueprint.post("/h/<slug>/m/<int:message_id>/forward")
@hotel_required
def forward(message_id: int) -> str | Response:
    """Pass it on."""
    threads.message(g.hotel.id, message_id)
    to = ids.required(request.form.get("to", ""), "to", "Say whom to forward this to.")
    sent = forwards.send(g.hotel.id, to, from_desk(Forward(message_id)))
    target = conversations.get(g.hotel.id, sent.conversation_id)
    words = f"Forwarded to {guest_name(target.guest)}."
    if wants_fragment():
        return render_template("page/_notice.html", words=words, calm=True)
    flash(words)
    return settled(thread_url(target.id))
