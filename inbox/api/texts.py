"""POST …/send and GET …/status/<id>: the short way to send a text and to ask how far it is."""

from typing import Any

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from inbox.api.fields import Fields, LenientFields, json_object
from inbox.api.representation import failure, moment
from inbox.errors import Invalid
from inbox.models import Message
from inbox.models.states import Origin
from inbox.security.bearer import token_required
from inbox.services.audit import Program
from inbox.services.conversations import threads
from inbox.services.messages.outgoing import Outgoing, OutgoingContent, text
from inbox.services.replies import program_messages
from inbox.services.replies.program_messages import Recipient

blueprint = Blueprint("texts", __name__)


@blueprint.post("/whatsapp/send")
@token_required
def send() -> ResponseReturnValue:
    """Queue a text for a guest: 202. The same `client_ref` again is the same message."""
    recipient, message = _read(LenientFields(json_object()))
    queued = program_messages.send(g.hotel.id, recipient, message)
    return jsonify({"message_id": queued.message_id, "status": "queued"}), 202


@blueprint.get("/whatsapp/status/<int:message_id>")
@token_required
def status(message_id: int) -> ResponseReturnValue:
    """How far a message is. Another hotel's message is not found."""
    return jsonify(_status(threads.outgoing(g.hotel.id, message_id)))


def _read(fields: Fields) -> tuple[Recipient, Outgoing[OutgoingContent]]:
    recipient = Recipient(
        chat_id=fields.text("chat_id"),
        phone=fields.text("phone"),
        guest_id=fields.number("guest_id"),
    )
    message = fields.text("message") or ""
    client_ref = fields.text("client_ref")
    own_hotel(fields)
    fields.finish()
    content = text(message, name="message")
    return recipient, Outgoing(content, Origin.API, Program(g.token_id), client_ref)


def own_hotel(fields: Fields) -> None:
    """A `hotel_id` may be given and must then be the token's own."""
    hotel_id = fields.number("hotel_id")
    if hotel_id is not None and hotel_id != g.hotel.id:
        raise Invalid(fields.wrong | {"hotel_id": "This token belongs to another hotel."})


def _status(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "status": message.status,
        "id_message": message.id_message,
        "queued_at": moment(message.queued_at),
        "sent_at": moment(message.sent_at),
        "delivered_at": moment(message.delivered_at),
        "read_at": moment(message.read_at),
        "failure": failure(message),
    }
