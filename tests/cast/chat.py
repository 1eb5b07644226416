"""A chat whose events a test writes: webhook bodies, taken in as they come."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation
from inbox.services.intake import receiving
from tests.cast.people import Cast

GUEST = "447700900318@c.us"
GROUP = "120363043968066561@g.us"
INCOMING, PHONE = "incomingMessageReceived", "outgoingMessageReceived"
API = "outgoingAPIMessageReceived"
Json = dict[str, Any]


@dataclass
class Chat:
    """Events of one chat. `at` is in seconds since the beginning, which was ten minutes ago."""

    cast: Cast
    chat_id: str = GUEST

    def __post_init__(self) -> None:
        self._start = int((clock.now() - timedelta(minutes=10)).timestamp())

    def message(
        self, id_message: str, data: Json, at: int = 0, *, by: str = INCOMING, sender: str = ""
    ) -> Json:
        """The body of a message, or of what changes one."""
        people = {"chatId": self.chat_id, "sender": sender or self.chat_id}
        names = {"chatName": "Lucía", "senderName": sender.partition("@")[0] or "Lucía"}
        return {**self._about(by, id_message, at), "senderData": {**people, **names}} | {
            "messageData": data
        }

    def call(self, id_message: str, status: str, at: int = 0, **more: object) -> Json:
        """The body of news of a call; `by` may be outgoingCall."""
        by = str(more.pop("by", "incomingCall"))
        return {**self._about(by, id_message, at), "from": self.chat_id, "status": status, **more}

    def status(self, id_message: str, status: str, at: int = 0) -> Json:
        """The body of a tick."""
        body = self._about("outgoingMessageStatus", id_message, at)
        return {**body, "chatId": self.chat_id, "status": status, "sendByApi": False}

    def _about(self, type_webhook: str, id_message: str, at: int) -> Json:
        return {
            "typeWebhook": type_webhook,
            "instanceData": {"idInstance": self.cast.id_instance, "wid": "34910000001@c.us"},
            "timestamp": self._start + at,
            "idMessage": id_message,
        }

    def take(self, body: Json) -> str:
        """Take it in; the state of its event."""
        return receiving.receive(self.cast.instance_id, json.dumps(body).encode())

    def says(self, id_message: str, data: Json, at: int = 0, **more: str) -> str:
        """Take in a message of the guest, or `by` somebody else."""
        return self.take(self.message(id_message, data, at, **more))

    @property
    def conversation(self) -> Conversation:
        """The one conversation, fresh."""
        db.session.rollback()
        return db.session.scalars(
            select(Conversation).where(Conversation.chat_id == self.chat_id)
        ).one()
