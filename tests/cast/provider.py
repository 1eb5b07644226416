"""Green API's side of a unit test: what it answers to which method."""

from typing import Any

import responses

from tests.cast.people import API_URL

TOKEN = "0" * 50


def url(method: str, id_instance: int = 1101000001) -> str:
    return f"{API_URL}/waInstance{id_instance}/{method}/{TOKEN}"


def answers(mock: responses.RequestsMock, method: str, body: Any, status: int = 200) -> None:
    """Let the method answer with this JSON."""
    verb = responses.GET if method.startswith("last") else responses.POST
    mock.add(verb, url(method), json=body, status=status)


def outgoing(id_message: str, text: str, timestamp: int, **more: Any) -> dict[str, Any]:
    """A journal object of lastOutgoingMessages."""
    return {
        "type": "outgoing",
        "idMessage": id_message,
        "timestamp": timestamp,
        "typeMessage": "extendedTextMessage",
        "chatId": "447700900318@c.us",
        "extendedTextMessage": {"text": text},
        "statusMessage": "sent",
        "sendByApi": True,
    } | more
