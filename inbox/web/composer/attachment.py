"""A file or a voice message that the desk sends."""

from typing import BinaryIO, cast

from flask import g, request
from werkzeug.wrappers import Response

from inbox.errors import Invalid
from inbox.security.large_bodies import takes_files
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import conversations
from inbox.services.replies import attachments, due_times
from inbox.services.replies.attachments import BrowserFile
from inbox.web.blueprint import blueprint
from inbox.web.page.addresses import thread_url
from inbox.web.page.htmx import settled
from inbox.web.thread.bubble import drawn
from inbox.web.thread.media import store
from inbox.web.thread.thread import refused, to_guest


@blueprint.post("/h/<slug>/c/<int:conversation_id>/files")
@takes_files
@hotel_required
def attach_file(conversation_id: int) -> str | tuple[str, int] | Response:
    """Queue one file, with the text under it; with `at`, schedule it. The same `client_ref` again
    shows the same bubble.
    """
    conversations.get(g.hotel.id, conversation_id)
    written = request.form.get("at", "")
    try:
        at = due_times.moment(g.hotel.id, written) if written else None
        outgoing = to_guest(conversation_id, uploaded(), at)
        message = attachments.send(g.hotel.id, conversation_id, outgoing, store())
    except Invalid as error:
        return refused(conversation_id, error, request.form.get("body", ""))
    return drawn(message) if at is None else settled(thread_url(conversation_id))


def has_file() -> bool:
    """Whether the form brought a file. An empty field of a form has no name."""
    file = request.files.get("file")
    return file is not None and bool(file.filename)


def uploaded() -> BrowserFile:
    """The file that a form brought, with the text under it. Raises `Invalid` (`file`)."""
    if not has_file():
        raise Invalid({"file": "Choose a file first."})
    file = request.files["file"]
    is_recording = request.form.get("recording") == "yes"
    content, caption = cast(BinaryIO, file.stream), request.form.get("body", "")
    return BrowserFile(content, file.filename or "", is_recording, caption)
