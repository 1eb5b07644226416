"""Errors of the JSON API, in one shape."""

import logging
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from inbox.errors import Conflict, Forbidden, Invalid, LobbyError, NotFound
from inbox.services.readiness import DATABASE_AWAY

log = logging.getLogger(__name__)

RETRY_SECONDS = 10
KEPT_HEADERS = ("allow", "retry-after")
STATUS: dict[type[LobbyError], tuple[int, str]] = {
    NotFound: (404, "not_found"),
    Forbidden: (403, "forbidden"),
    Invalid: (422, "invalid"),
    Conflict: (409, "conflict"),
}
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "not_json",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


def register(blueprint: Blueprint) -> None:
    """Answer every error of the API as JSON."""
    blueprint.register_error_handler(LobbyError, _ours)
    blueprint.register_error_handler(HTTPException, http_error)
    for kind in DATABASE_AWAY:
        blueprint.register_error_handler(kind, _database_away)


def answer(
    status: int, code: str, message: str, fields: Mapping[str, str] | None = None
) -> tuple[Response, int]:
    """The one shape of an error."""
    body = {"error": {"code": code, "message": message, "fields": dict(fields or {})}}
    return jsonify(body), status


def _ours(error: LobbyError) -> ResponseReturnValue:
    status, code = STATUS[type(error)]
    return answer(status, code, error.message, getattr(error, "fields", None))


def http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask or a route refused, with the headers that go with it (Allow, Retry-After)."""
    status = error.code or 500
    if status < 400:
        return error
    body, _ = answer(status, CODES.get(status, "error"), error.description or error.name)
    headers = [item for item in error.get_headers() if item[0].lower() in KEPT_HEADERS]
    return body, status, headers


def _database_away(error: Exception) -> ResponseReturnValue:
    """Asked again later, everything is still there: Green API keeps what it could not hand over."""
    log.error("the database does not answer: %s", type(error).__name__)
    return http_error(
        ServiceUnavailable("The database does not answer.", retry_after=RETRY_SECONDS)
    )
