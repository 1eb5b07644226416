"""A file or a voice message that the desk sends."""

from typing import BinaryIO, cast

from flask import current_app, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Invalid
from inbox.security.large_bodies import takes_files
from inbox.security.tenancy import hotel_required
from inbox.services import conversations, enclosures
from inbox.services.enclosures import Upload
from inbox.services.media_store import FolderStore
from inbox.web.bubble import drawn
from inbox.web.door import blueprint
from inbox.web.thread import quoted_id, refused


@blueprint.post("/h/<slug>/c/<int:conversation_id>/files")
@takes_files
@hotel_required
def enclose(conversation_id: int) -> str | tuple[str, int] | Response:
    """Queue one file, with the text under it. The same `client_ref` again shows the same bubble."""
    conversations.get(g.hotel.id, conversation_id)
    caption = request.form.get("body", "")
    try:
        message = enclosures.send(
            g.hotel.id,
            conversation_id,
            current_user.staff_id,
            _upload(),
            FolderStore(current_app.config["LOBBY"].media_dir),
            caption=caption,
            client_ref=request.form.get("client_ref", ""),
            quoted_message_id=quoted_id(request.form.get("quoted", "")),
        )
    except Invalid as error:
        return refused(conversation_id, error, caption)
    return drawn(message)


def _upload() -> Upload:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": "Choose a file first."})
    is_recording = request.form.get("recording") == "yes"
    return Upload(cast(BinaryIO, file.stream), file.filename, is_recording)
