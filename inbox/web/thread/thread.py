"""One conversation: reading it, answering it, putting it away."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from flask import g, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Invalid
from inbox.models import Conversation
from inbox.models.states import Origin
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations, sentiment, threads
from inbox.services.messages.outgoing import Outgoing, text
from inbox.services.replies import replies, schedules
from inbox.web.blueprint import blueprint
from inbox.web.page import frame, ids
from inbox.web.page.addresses import thread_url
from inbox.web.page.htmx import settled, wants_fragment
from inbox.web.thread.bubble import drawn, new_count

Content = TypeVar("Content")
OTHER_ON_SCREEN = (
    "Not sent: another conversation was on the screen than the one that this was for. "
    "Look at whom you are writing to, and send it again."
)


@blueprint.get("/h/<slug>/c/<int:conversation_id>")
@hotel_required
def thread(conversation_id: int) -> str:
    """The list with this conversation beside it; for htmx, the conversation alone."""
    return page_of(conversations.get(g.hotel.id, conversation_id))


def page_of(conversation: Conversation, **more: Any) -> str:
    """The page with this conversation open, or the conversation alone; `more` says what stands in
    the box (`draft`) and why (`problem`).
    """
    here = frame.place()
    around = frame.around(here)
    page = threads.page(
        g.hotel.id,
        conversation.id,
        before=request.args.get("before"),
        staff_id=current_user.staff_id,
    )
    variables = {
        "conversation": conversation,
        "thread": page,
        "new_count": new_count(page.messages, page.first_unseen_id),
        "scheduled": schedules.of_conversation(g.hotel.id, conversation.id),
        "client_ref": uuid4(),
        "draft": "",
        "problem": "",
        **around,
        **more,
    }
    if wants_fragment():
        return render_template("thread/_thread.html", **variables)
    return render_template("list/desk.html", page=frame.list_page(here), **variables)


@blueprint.get("/h/<slug>/c/<int:conversation_id>/older")
@hotel_required
def older_messages(conversation_id: int) -> str:
    """The bubbles before a place in the thread."""
    conversation = conversations.get(g.hotel.id, conversation_id)
    page = threads.page(
        g.hotel.id,
        conversation.id,
        before=request.args.get("before"),
        staff_id=current_user.staff_id,
    )
    return render_template(
        "thread/_older_bubbles.html",
        conversation=conversation,
        thread=page,
        hotel=g.hotel,
        view=frame.place().view,
    )


@blueprint.post("/h/<slug>/c/<int:conversation_id>/reply")
@hotel_required
def reply(conversation_id: int) -> str | tuple[str, int] | Response:
    """Queue what a person wrote. The same `client_ref` again shows the same bubble."""
    body = request.form.get("body", "")
    try:
        message = replies.send(g.hotel.id, conversation_id, to_guest(conversation_id, text(body)))
    except Invalid as error:
        return refused(conversation_id, error, body)
    return drawn(message)


def to_guest(
    conversation_id: int, content: Content, send_at: datetime | None = None
) -> Outgoing[Content]:
    """This person writes this to whom they saw on the screen. Raises `Invalid`, also (`saw`) when
    that was another conversation than the one that the form is for.
    """
    saw = request.form.get("saw", "")
    if saw and ids.read(saw) != conversation_id:
        raise Invalid({"saw": OTHER_ON_SCREEN})
    return from_desk(content, send_at)


def from_desk(content: Content, send_at: datetime | None = None) -> Outgoing[Content]:
    """This person sends this content, under the form's reference and with what it quotes. Raises
    `Invalid` (`client_ref`, `quoted`).
    """
    quoted = request.form.get("quoted", "")
    return Outgoing(
        content,
        Origin.DESK,
        current_user.staff_id,
        request.form.get("client_ref", ""),
        ids.required(quoted, "quoted", "That message cannot be quoted.") if quoted else None,
        send_at,
    )


def refused(conversation_id: int, error: Invalid, body: str) -> tuple[str, int]:
    """Say why beside the text, and give the text back."""
    if wants_fragment():
        return render_template("page/_reason.html", words=error.message), 422
    conversation = conversations.get(g.hotel.id, conversation_id)
    return page_of(conversation, draft=body, problem=error.message), 422


@blueprint.post("/h/<slug>/c/<int:conversation_id>/seen")
@hotel_required
def seen(conversation_id: int) -> Response:
    """This person has the newest message before their eyes."""
    conversations.mark_seen(g.hotel.id, conversation_id, current_user.staff_id)
    return settled(thread_url(conversation_id))


@blueprint.post("/h/<slug>/c/<int:conversation_id>/done")
@hotel_required
def finish(conversation_id: int) -> Response:
    """Nothing is left to do here."""
    conversations.finish(g.hotel.id, conversation_id, current_user.staff_id)
    return settled(thread_url(conversation_id))


@blueprint.post("/h/<slug>/c/<int:conversation_id>/reopen")
@hotel_required
def reopen(conversation_id: int) -> Response:
    """Back to work."""
    conversations.reopen(g.hotel.id, conversation_id, current_user.staff_id)
    return settled(thread_url(conversation_id))


@blueprint.post("/h/<slug>/c/<int:conversation_id>/calm")
@hotel_required
def dismiss_flag(conversation_id: int) -> Response:
    """The guest is not upset, whatever the flag says."""
    seen_sentiment = request.args.get("sentiment", "")
    sentiment.dismiss_flag(g.hotel.id, conversation_id, current_user.staff_id, seen_sentiment)
    return settled(thread_url(conversation_id))
