"""editMessage and deleteMessage."""

from inbox.simulator import corrections
from inbox.simulator.calls import (
    Answer,
    Call,
    Method,
    Refusal,
    chat_id_of,
    json_answer,
    text_answer,
    text_of,
)
from inbox.simulator.routes_sending import MESSAGE_LIMIT


def edit_message(call: Call) -> Answer:
    """Other words for a sent text; the answer names the edit, not the message."""
    body = call.json()
    chat_id, id_message = chat_id_of(call, body), text_of(call, body, "idMessage")
    text = text_of(call, body, "message", MESSAGE_LIMIT)
    id_edit = corrections.edit(call.instance, chat_id, id_message, text)
    if id_edit is None:
        raise Refusal(text_answer("ID message notfound", 400))
    return json_answer({"idMessage": id_edit})


def delete_message(call: Call) -> Answer:
    """Take a sent message back; nothing is answered."""
    body = call.json()
    chat_id, id_message = chat_id_of(call, body), text_of(call, body, "idMessage")
    only_sender = body.get("onlySenderDelete", False) is True
    if not corrections.delete(call.instance, chat_id, id_message, only_sender):
        raise Refusal(text_answer("ID message notfound", 400))
    return Answer(200)


METHODS = (
    Method("editMessage", "POST", edit_message, needs_line=True),
    Method("deleteMessage", "POST", delete_message, needs_line=True),
)
