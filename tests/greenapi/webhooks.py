"""Webhook bodies to start from."""

from typing import Any

from inbox.greenapi import MessageNotification
from inbox.greenapi.notifications import parse

GUEST = "79001234567@c.us"
Body = dict[str, Any]


def message(data: Body, **changes: object) -> Body:
    return {
        "typeWebhook": "incomingMessageReceived",
        "instanceData": {"idInstance": 1101000001, "wid": "71111111111@c.us"},
        "timestamp": 1588091580,
        "idMessage": "F7AEC1B7086ECDC7E6E45923F5EDB825",
        "senderData": {
            "chatId": GUEST,
            "sender": GUEST,
            "chatName": "Anna",
            "senderName": "Анна ✨",
            "senderContactName": "Anna room 12",
        },
        "messageData": data,
        **changes,
    }


def parsed(data: Body, **changes: object) -> MessageNotification:
    notification = parse(message(data, **changes))
    assert isinstance(notification, MessageNotification)
    return notification


def text_of(words: str) -> Body:
    return {"typeMessage": "textMessage", "textMessageData": {"textMessage": words}}


def file_of(kind: str, **fields: object) -> Body:
    return {"typeMessage": kind, "fileMessageData": {"downloadUrl": "https://x/f", **fields}}


STATUS: Body = {
    "typeWebhook": "outgoingMessageStatus",
    "instanceData": {"idInstance": "1101000001", "wid": "", "typeInstance": "whatsapp"},
    "timestamp": 1586700690,
    "chatId": GUEST,
    "idMessage": "BAE5F4886F6F2D05",
    "status": "read",
    "sendByApi": True,
}

STATE: Body = {
    "typeWebhook": "stateInstanceChanged",
    "instanceData": {"idInstance": 7103, "wid": "", "typeInstance": "whatsapp"},
    "timestamp": 1586700690,
    "stateInstance": "notAuthorized",
}


def call(type_webhook: str, status: str, **more: object) -> Body:
    """A call, as the reference has it."""
    return {
        "typeWebhook": type_webhook,
        "instanceData": {"idInstance": 1101000001, "wid": "71111111111@c.us"},
        "timestamp": 1588091580,
        "from": GUEST,
        "status": status,
        "idMessage": "CALL1",
        **more,
    }


QUOTA: Body = {
    "typeWebhook": "quotaExceeded",
    "instanceData": {"idInstance": 1101000001, "wid": "71111111111@c.us"},
    "quotaData": {
        "method": "correspondents",
        "used": 3,
        "total": 3,
        "status": "CORRESPONDENTS_QUOTA_EXCEEDED",
        "description": "Monthly quota has been exceeded.",
    },
}
_INSTANCE = {"idInstance": 1101000001, "wid": "71111111111@c.us", "typeInstance": "whatsapp"}
IGNORED: list[Body] = [
    {
        "typeWebhook": "statusInstanceChanged",
        "instanceData": _INSTANCE,
        "timestamp": 1586700690,
        "statusInstance": "online",
    },
    {
        "typeWebhook": "deviceInfo",
        "instanceData": _INSTANCE,
        "timestamp": 1586700690,
        "deviceData": {"platform": "iphone", "battery": 80},
    },
    {
        "typeWebhook": "avatarInfo",
        "instanceData": _INSTANCE,
        "timestamp": 1586700690,
        "avatarInfo": {"chatId": GUEST, "urlAvatar": "https://media.example/a.jpg"},
    },
    {
        "typeWebhook": "incomingBlock",
        "instanceData": _INSTANCE,
        "timestamp": 1586700690,
        "chatId": GUEST,
        "chatState": "blocked",
    },
    {"typeWebhook": "inventedTomorrow", "instanceData": _INSTANCE},
]
