"""A program of a hotel, as the tests play it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from inbox import clock
from inbox.extensions import db
from tests.cast.rows import row

MESSAGES = "/api/v1/whatsapp/messages"
PHONE = "+44 7700 900318"
TEXT: dict[str, Any] = {"phone": PHONE, "text": "Your room is ready."}
LOCATION = {
    "latitude": 41.3874,
    "longitude": 2.1686,
    "name": "Grand Plaza",
    "address": "Plaça de Catalunya 1",
}
CONTACT = {"name": "Taxi", "phone": "+34 933 033 033"}
POLL = {"question": "Breakfast at?", "options": ["7:00", "8:00", "9:00"], "multiple": False}
CONTENTS: dict[str, Any] = {"text": "Hello", "location": LOCATION, "contact": CONTACT, "poll": POLL}


@dataclass(frozen=True)
class Program:
    """Calls the API with its token."""

    client: FlaskClient
    token: str = field(repr=False)

    def call(self, method: str, address: object = "", **more: Any) -> Any:
        """Any call below /whatsapp/messages."""
        path = f"{MESSAGES}/{address}" if address != "" else MESSAGES
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **more)

    def send(self, order: Any = None, **changes: Any) -> Any:
        """POST an order, the usual one with these changes."""
        body = TEXT | changes if order is None else order
        return self.call("POST", json=body)

    def sent(self, **changes: Any) -> int:
        """The id of a message that was taken."""
        answer = self.send(**changes)
        assert answer.status_code == 202, answer.text
        return int(answer.json["message_id"])

    def get(self, message_id: object) -> Any:
        """GET one message."""
        return self.call("GET", message_id)

    def list(self, **query: Any) -> Any:
        """GET a list."""
        return self.call("GET", query_string=query)

    def act(self, message_id: object, act: str) -> Any:
        """POST cancel, retry or reaction."""
        return self.call("POST", f"{message_id}/{act}")


def was_sent(message_id: int, id_message: str = "BAE5", **values: Any) -> None:
    """Let Green API have taken it a moment ago."""
    message = row(message_id)
    message.status, message.rank, message.id_message = "sent", 4, id_message
    message.accepted_at = message.sent_at = clock.now()
    for name, value in values.items():
        setattr(message, name, value)
    db.session.commit()


def failed(message_id: int) -> None:
    """Let it have failed."""
    message = row(message_id)
    message.status, message.rank, message.failed_at = "failed", 5, clock.now()
    message.failure_code, message.failure_text = "no_account", "This number has no WhatsApp."
    db.session.commit()


def soon(**delta: float) -> str:
    """A moment from now, as a program writes it."""
    at: datetime = clock.now() + timedelta(**delta)
    return at.isoformat(timespec="seconds")
