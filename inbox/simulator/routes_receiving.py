"""Polling for notifications, and fresh links to files."""

from inbox.simulator.calls import (
    Answer,
    Call,
    Method,
    chat_id_of,
    json_answer,
    text_answer,
    text_of,
)

_WEBHOOK_IS_SET = {
    "code": "INVALID_PARAM",
    "message": (
        "Message cannot be received because custom webhook url is set. "
        "Go to cabinet, clear webhook url"
    ),
    "status": "error",
}


def receive_notification(call: Call) -> Answer:
    """The head of the queue, waited for; JSON `null` when nothing came."""
    given = call.query.get("receiveTimeout", "5")
    if not given.isdigit() or not 5 <= int(given) <= 60:
        raise call.failed("'receiveTimeout' must be between 5 and 60")
    if call.instance.settings["webhookUrl"]:
        return json_answer(_WEBHOOK_IS_SET, 400)
    seconds = call.world.timing.scaled(float(given))
    note = call.instance.webhooks.receive(seconds)
    call.instance.tell("polled", {})
    if note is None:
        return json_answer(None)
    return json_answer({"receiptId": note.receipt_id, "body": note.content})


def delete_notification(call: Call) -> Answer:
    """Take the head off; the second time Green API stumbles over itself."""
    if not (call.receipt.isascii() and call.receipt.isdigit()):
        return text_answer("Parameter receiptId must be a Number!", 400)
    done = call.instance.webhooks.delete(int(call.receipt))
    if done is None:
        words = "Cannot read properties of undefined (reading 'findUnAckedMessage')"
        return text_answer(words, 500)
    return json_answer({"result": done, "reason": ""})


def download_file(call: Call) -> Answer:
    """A fresh link to the file of a message; renews a dead one."""
    body = call.json()
    chat_id, id_message = chat_id_of(call, body), text_of(call, body, "idMessage")
    entry = call.instance.journal.find(id_message)
    if entry is None or entry.chat_id != chat_id:
        return text_answer("ID message notfound", 400)
    file = call.world.media.find(entry.content.journal.get("downloadUrl", ""))
    if file is None:
        return text_answer("File unavailable", 400)
    entry.download_url = call.world.link(call.world.media.put(file))
    return json_answer({"downloadUrl": entry.download_url})


METHODS = (
    Method("receiveNotification", "GET", receive_notification),
    Method("deleteNotification", "DELETE", delete_notification),
    Method("downloadFile", "POST", download_file),
)
