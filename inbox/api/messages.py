"""POST …/send and GET …/status/<id>: what a program of the hotel may ask for."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from inbox.errors import Invalid
from inbox.models import Message
from inbox.security.bearer import token_required
from inbox.services import program_messages, threads

BODY_LIMIT = 256 * 1024

blueprint = Blueprint("messages", __name__)


@blueprint.post("/whatsapp/send")
@token_required
def send() -> ResponseReturnValue:
    """Queue a text for a guest: 202. The same `client_ref` again is the same message."""
    order = _order(_json_object())
    message_id = program_messages.send(g.hotel.id, g.token_id, order)
    message = threads.message(g.hotel.id, message_id)
    return jsonify({"message_id": message.id, "status": "queued"}), 202


@blueprint.get("/whatsapp/status/<int:message_id>")
@token_required
def status(message_id: int) -> ResponseReturnValue:
    """How far a message is. Another hotel's message is not found."""
    return jsonify(_status(threads.outgoing(g.hotel.id, message_id)))


def _json_object() -> dict[str, Any]:
    request.max_content_length = BODY_LIMIT
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


def _order(body: dict[str, Any]) -> program_messages.Order:
    fields: dict[str, str] = {}
    order = program_messages.Order(
        chat_id=_text(body, "chat_id", fields),
        phone=_text(body, "phone", fields),
        guest_id=_number(body, "guest_id", fields),
        message=_text(body, "message", fields) or "",
        client_ref=_text(body, "client_ref", fields),
    )
    hotel_id = _number(body, "hotel_id", fields)
    if hotel_id is not None and hotel_id != g.hotel.id:
        fields["hotel_id"] = "This token belongs to another hotel."
    if fields:
        raise Invalid(fields)
    return order


def _text(body: dict[str, Any], name: str, fields: dict[str, str]) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        fields[name] = f"{name} must be a text."
        return None
    return value


def _number(body: dict[str, Any], name: str, fields: dict[str, str]) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        fields[name] = f"{name} must be a whole number."
        return None
    return value


def _status(message: Message) -> dict[str, Any]:
    failure = None
    if message.failure_code:
        failure = {"code": message.failure_code, "message": message.failure_text}
    return {
        "message_id": message.id,
        "status": message.status,
        "id_message": message.id_message,
        "queued_at": _moment(message.queued_at),
        "sent_at": _moment(message.sent_at),
        "delivered_at": _moment(message.delivered_at),
        "read_at": _moment(message.read_at),
        "failure": failure,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
