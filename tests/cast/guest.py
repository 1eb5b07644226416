"""A guest who writes: the webhook that says so."""

from typing import Any


def incoming(
    id_message: str,
    text: str = "Hello",
    *,
    id_instance: int = 1101000001,
    chat_id: str = "447700900318@c.us",
    name: str = "Lucía",
    timestamp: int = 1_763_000_000,
    **more: Any,
) -> dict[str, Any]:
    """The body of a webhook: a guest wrote a text. `more` replaces top-level keys."""
    return {
        "typeWebhook": "incomingMessageReceived",
        "instanceData": {
            "idInstance": id_instance,
            "wid": "34910000001@c.us",
            "typeInstance": "whatsapp",
        },
        "timestamp": timestamp,
        "idMessage": id_message,
        "senderData": {
            "chatId": chat_id,
            "sender": chat_id,
            "chatName": name,
            "senderName": name,
            "senderContactName": "",
        },
        "messageData": {"typeMessage": "textMessage", "textMessageData": {"textMessage": text}},
    } | more
