"""Files of messages, served by us behind the same checks as the thread (D12)."""

from flask import Response, current_app, g, send_file
from werkzeug.wrappers import Response as Answer

from inbox.files.media_store import FolderStore
from inbox.security.tenancy import hotel_required
from inbox.services.conversations import threads
from inbox.services.intake import downloads
from inbox.web.blueprint import blueprint
from inbox.web.thread.bubble import drawn


@blueprint.get("/h/<slug>/media/<int:attachment_id>")
@hotel_required
def media_file(attachment_id: int) -> Response:
    """The file itself; parts of it for players that ask for a range."""
    return _sent(downloads.open_attachment(g.hotel.id, attachment_id, store()))


@blueprint.get("/h/<slug>/media/<int:attachment_id>/thumb")
@hotel_required
def media_thumb(attachment_id: int) -> Response:
    """A small picture of it, for the thread."""
    return _sent(downloads.open_attachment(g.hotel.id, attachment_id, store(), thumb=True))


@blueprint.post("/h/<slug>/media/<int:attachment_id>/again")
@hotel_required
def fetch_again(attachment_id: int) -> str | Answer:
    """Ask WhatsApp once more for a file that could not be fetched."""
    message_id = downloads.try_again(g.hotel.id, attachment_id)
    return drawn(threads.message(g.hotel.id, message_id))


def store() -> FolderStore:
    """Where all files lie."""
    return FolderStore(current_app.config["LOBBY"].media_dir)


def _sent(stored: downloads.ServedFile) -> Response:
    response = send_file(
        stored.path,
        mimetype=stored.mime_type if stored.shown else "application/octet-stream",
        as_attachment=not stored.shown,
        download_name=stored.file_name,
        conditional=True,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
