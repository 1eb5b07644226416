"""Errors of the JSON API, in one shape."""

from collections.abc import Mapping

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from inbox.errors import Conflict, Forbidden, Invalid, LobbyError, NotFound

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
    503: "unavailable",
}


def register(blueprint: Blueprint) -> None:
    """Answer every error of the API as JSON."""
    blueprint.register_error_handler(LobbyError, _ours)
    blueprint.register_error_handler(HTTPException, _http)


def answer(
    status: int, code: str, message: str, fields: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """The one shape of an error."""
    body = {"error": {"code": code, "message": message, "fields": dict(fields or {})}}
    return jsonify(body), status


def _ours(error: LobbyError) -> ResponseReturnValue:
    status, code = STATUS[type(error)]
    return answer(status, code, error.message, getattr(error, "fields", None))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    return answer(status, CODES.get(status, "error"), error.description or error.name)
