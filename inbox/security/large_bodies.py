"""Who may send more than a form: a person who is signed in, or a program that showed its token, to
an address that takes files.

Looked at before the body is read. While it comes in, a file lies on the data folder's disk: never
in memory, nor in a temporary folder that is memory in truth.
"""

import tempfile
from collections.abc import Callable
from typing import IO, Any, ParamSpec, TypeVar

from flask import Flask, Request, current_app, request
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from inbox.extensions import db
from inbox.services.intake.downloads import LARGEST
from inbox.services.replies.attachments import TOO_LARGE

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

AROUND_THE_FILE = 256 * 1024  # bytes for the other fields of the form
IN_MEMORY = 64 * 1024
_TAKES_FILES = "_lobby_takes_files"


class FileTooLarge(RequestEntityTooLarge):
    """The body is larger than any file may be."""

    description = TOO_LARGE


class FiledRequest(Request):
    """Keeps what is uploaded on the disk, in a file without a name: nothing is left of it when the
    process ends.
    """

    def _get_file_stream(self, *_args: Any, **_more: Any) -> IO[bytes]:
        folder = current_app.config["LOBBY"].data_dir
        return tempfile.SpooledTemporaryFile(IN_MEMORY, "w+b", dir=folder)


def takes_files(view: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Let signed-in people send a file to this view."""
    setattr(view, _TAKES_FILES, True)
    return view


def bind(app: Flask) -> None:
    """Raise the limit where it may be raised. Before the CSRF guard, which reads the body."""
    app.request_class = FiledRequest
    app.before_request(_widen)


def _widen() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, _TAKES_FILES, False) and current_user.is_authenticated:
        allow_file()


def allow_file() -> None:
    """Let this request bring a file. Raises `FileTooLarge` when it is known to be too large.

    Whoever asked who this is has a connection to the database by now: it is given back, since the
    body may take minutes, and there are fewer connections than people with slow lines.
    """
    db.session.rollback()
    request.max_content_length = LARGEST + AROUND_THE_FILE
    if (request.content_length or 0) > request.max_content_length:
        raise FileTooLarge()
