"""/whatsapp/messages: every kind of message, how far it is, and second thoughts about it."""

from flask import Blueprint, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from inbox.api import outgoing, representation
from inbox.api.fields import Fields, WrittenFields, json_object, named
from inbox.errors import Invalid
from inbox.files.media_store import FolderStore
from inbox.models import TEXT_LIMIT
from inbox.security.bearer import token_required
from inbox.security.large_bodies import allow_file
from inbox.services.replies import (
    program_acts,
    program_files,
    program_forwards,
    program_messages,
    sent_messages,
)
from inbox.services.replies.replies import Queued

PAGE, LONGEST_PAGE = 50, 100

blueprint = Blueprint("messages", __name__, url_prefix="/whatsapp/messages")


@blueprint.post("")
@token_required
def create() -> ResponseReturnValue:
    """Queue or schedule a message: 202. The same under the same `client_ref`: 200, and the
    same message.
    """
    with named(outgoing.NAMES):
        if request.mimetype == "multipart/form-data":
            queued = _send_file()
        else:
            recipient, message = outgoing.from_json(Fields(json_object()))
            queued = program_messages.send(g.hotel.id, recipient, message)
    return _answer_queued(queued)


@blueprint.get("")
@token_required
def index() -> ResponseReturnValue:
    """The message of a `client_ref`, or those of a conversation, the newest first."""
    fields = WrittenFields(request.args)
    client_ref, conversation_id = fields.text("client_ref"), fields.number("conversation_id")
    limit, before = fields.number("limit", 1, LONGEST_PAGE), fields.text("before")
    fields.finish()
    if (client_ref is None) == (conversation_id is None):
        wish = "Give exactly one of client_ref and conversation_id."
        raise Invalid(dict.fromkeys(("client_ref", "conversation_id"), wish))
    if conversation_id is None:
        found = sent_messages.by_ref(g.hotel.id, client_ref or "")
        return jsonify(
            {"messages": [representation.message(sent) for sent in found], "older": None}
        )
    page = sent_messages.page(g.hotel.id, conversation_id, before=before, limit=limit or PAGE)
    rows = [representation.message(sent) for sent in page.rows]
    return jsonify({"messages": rows, "older": page.older})


@blueprint.get("/<int:message_id>")
@token_required
def show(message_id: int) -> ResponseReturnValue:
    """All about one message. Another hotel's is not found."""
    return _answer(message_id, 200)


@blueprint.patch("/<int:message_id>")
@token_required
def change(message_id: int) -> ResponseReturnValue:
    """Another text, for a scheduled one also another time. 202: the guest will get it."""
    fields = Fields(json_object())
    text, send_at = fields.text("text", TEXT_LIMIT), fields.moment("send_at")
    if text is None and send_at is None:
        fields.miss("text")
    fields.finish()
    with named(outgoing.NAMES):
        program_acts.change(g.hotel.id, message_id, g.token_id, text, send_at)
    return _answer(message_id, 202)


@blueprint.delete("/<int:message_id>")
@token_required
def delete(message_id: int) -> ResponseReturnValue:
    """Take it back from the guest's phone: 202. What has not left is cancelled instead."""
    program_acts.delete(g.hotel.id, message_id, g.token_id)
    return _answer(message_id, 202)


@blueprint.post("/<int:message_id>/cancel")
@token_required
def cancel(message_id: int) -> ResponseReturnValue:
    """Call back what is queued or scheduled."""
    program_acts.cancel(g.hotel.id, message_id, g.token_id)
    return _answer(message_id, 200)


@blueprint.post("/<int:message_id>/retry")
@token_required
def retry(message_id: int) -> ResponseReturnValue:
    """Another attempt at one that failed, which is a message of its own: 202. Asked again: 200."""
    return _answer_queued(program_acts.retry(g.hotel.id, message_id, g.token_id))


@blueprint.post("/<int:message_id>/forward")
@token_required
def forward(message_id: int) -> ResponseReturnValue:
    """Pass it on, as a message of its own: 202. The same under the same `client_ref`: 200."""
    with named(outgoing.NAMES):
        recipient, message = outgoing.to_forward(Fields(json_object()), message_id)
        queued = program_forwards.send(g.hotel.id, recipient, message)
    return _answer_queued(queued)


@blueprint.post("/<int:message_id>/reaction")
@token_required
def react(message_id: int) -> ResponseReturnValue:
    """Always 409: Green API has no call for it."""
    program_acts.react(g.hotel.id, message_id)


def _send_file() -> Queued:
    allow_file()
    fields = WrittenFields(request.form)
    files = list(request.files.items(multi=True))
    file = files[0][1] if len(files) == 1 and files[0][0] == "file" else None
    recipient, message = outgoing.from_form(fields, file)
    store = FolderStore(current_app.config["LOBBY"].media_dir)
    return program_files.send(g.hotel.id, recipient, message, store)


def _answer_queued(queued: Queued) -> ResponseReturnValue:
    """202 for a new message, 200 for one that was asked for before."""
    return _answer(queued.message_id, 202 if queued.is_new else 200)


def _answer(message_id: int, status: int) -> ResponseReturnValue:
    """The message as it is now, and where to ask for it again."""
    sent = sent_messages.one(g.hotel.id, message_id)
    where = url_for("api.messages.show", message_id=message_id)
    return jsonify(representation.message(sent)), status, {"Location": where}
