"""Errors as a person reads them: a page, or for htmx a line in the notice, always in words."""

import logging

from flask import Blueprint, render_template, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from inbox.errors import Conflict, Forbidden, Invalid, LobbyError, NotFound
from inbox.security.large_bodies import FileTooLarge
from inbox.services.readiness import DATABASE_AWAY
from inbox.web.page.htmx import wants_fragment

log = logging.getLogger(__name__)

_STATUS: dict[type[LobbyError], int] = {NotFound: 404, Forbidden: 403, Invalid: 400, Conflict: 409}

# status -> heading, words
_WORDS: dict[int, tuple[str, str]] = {
    400: (
        "That did not make sense",
        "The request was not right. Go back and try again.",
    ),
    401: ("Please sign in", "You were signed out."),
    403: ("Not for your role", "Ask a manager of the hotel if you need this."),
    404: ("Nothing here", "This page does not exist, or it belongs to another hotel."),
    405: ("That did not make sense", "This address does not take that kind of request."),
    409: ("No longer so", "Somebody was faster. Look at the conversation again."),
    413: ("Too large", "That was more than we can take at once. Nothing was saved."),
    429: ("One moment", "That was too many tries in a short time. Wait a minute and try again."),
    503: ("One moment", "The database does not answer just now. Try again in a few seconds."),
    500: ("Our mistake", "Something broke on our side. Nothing you typed is lost; try again."),
}
_STALE_PAGE = "This page was open for too long. Reload it and try again; your text is kept."


def register(blueprint: Blueprint) -> None:
    """Answer in words wherever this door answers."""
    blueprint.register_error_handler(LobbyError, _lobby_error)
    blueprint.register_error_handler(CSRFError, _stale_page)
    for kind in DATABASE_AWAY:
        blueprint.app_errorhandler(kind)(_database_away)


def _lobby_error(error: LobbyError) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    words = _WORDS[status][1] if isinstance(error, NotFound) else error.message
    return answer(status, words)


def _stale_page(error: CSRFError) -> Response:
    return answer(400, _STALE_PAGE)


def _database_away(error: Exception) -> Response:
    log.error("the database does not answer: %s", type(error).__name__)
    return answer(503)


def http_error(error: HTTPException) -> Response | HTTPException:
    """Redirects stay redirects; people get words."""
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, CSRFError):
        return _stale_page(error)
    response = answer(code, error.description or "" if isinstance(error, FileTooLarge) else "")
    if isinstance(error, InternalServerError):
        response.headers["Cache-Control"] = "no-store"
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "allow"):
            response.headers[name] = value
    return response


def answer(status: int, words: str = "") -> Response:
    """A page with a way out, or the fragment that htmx puts into the notice."""
    heading, usual = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    if wants_fragment():
        notice = render_template("page/_notice.html", words=words or usual)
        return Response(notice, status, mimetype="text/html")
    page = render_template(
        "page/error.html",
        heading=heading,
        words=words or usual,
        way_out=url_for("web.sign_in") if status == 401 else "/",
        way_out_words="Sign in" if status == 401 else "To the inbox",
    )
    return Response(page, status, mimetype="text/html")
