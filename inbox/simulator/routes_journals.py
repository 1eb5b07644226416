"""The journals: what was said, as WhatsApp told it."""

from inbox.simulator.calls import (
    Answer,
    Call,
    Method,
    chat_id_of,
    json_answer,
    text_answer,
    text_of,
)


def get_message(call: Call) -> Answer:
    """One message with its status; the words of the errors are Green API's own."""
    body = call.json()
    chat_id, id_message = chat_id_of(call, body), text_of(call, body, "idMessage")
    journal = call.instance.journal
    found = journal.one(chat_id, id_message, call.instance.journal_lag())
    if found is None:
        known = journal.knows_chat(chat_id)
        return text_answer("ID message notfound" if known else "chatId not found", 400)
    return json_answer(found)


def get_chat_history(call: Call) -> Answer:
    """The newest messages of a chat."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    count = body.get("count", 100)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise call.failed("'count' must be a positive number")
    lag = call.instance.journal_lag()
    return json_answer(call.instance.journal.history(chat_id, count, lag))


def last_incoming_messages(call: Call) -> Answer:
    """What guests wrote in the last `minutes`."""
    return _last(call, "incoming")


def last_outgoing_messages(call: Call) -> Answer:
    """What the hotel wrote in the last `minutes`, with statuses."""
    return _last(call, "outgoing")


def _last(call: Call, direction: str) -> Answer:
    lag = call.instance.journal_lag()
    return json_answer(call.instance.journal.visible(direction, call.minutes(), lag))


METHODS = (
    Method("getMessage", "POST", get_message),
    Method("getChatHistory", "POST", get_chat_history),
    Method("lastIncomingMessages", "GET", last_incoming_messages),
    Method("lastOutgoingMessages", "GET", last_outgoing_messages),
)
