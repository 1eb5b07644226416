"""A message that failed is tried again once, by the desk, as a new row; or it is let go."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.intake import receiving
from inbox.services.replies import cancellations
from tests.cast.guest import incoming
from tests.cast.people import Cast


def fails(cast: Cast, id_message: str, **message: Any) -> int:
    """A message that the hotel's phone sent and that WhatsApp then could not deliver."""
    body = incoming(id_message, "From the phone", typeWebhook="outgoingMessageReceived", **message)
    assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "applied"
    status = {
        "typeWebhook": "outgoingMessageStatus",
        "instanceData": {"idInstance": cast.id_instance},
        "timestamp": 1_763_000_001,
        "idMessage": id_message,
        "chatId": "447700900318@c.us",
        "status": "failed",
        "sendByApi": False,
    }
    assert receiving.receive(cast.instance_id, json.dumps(status).encode()) == "applied"
    found = db.session.scalars(select(Message).where(Message.id_message == id_message)).one()
    assert found.status == "failed"
    failed_id = found.id
    db.session.rollback()
    return failed_id


def test_what_failed_on_the_phone_can_be_tried_by_the_desk(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    failed_id = fails(cast, "P1")
    attempt = cancellations.retry(cast.hotel_id, failed_id, cast.alice_id)
    assert (attempt.origin, attempt.body, attempt.status) == ("desk", "From the phone", "queued")
    with pytest.raises(Conflict):
        cancellations.retry(cast.hotel_id, failed_id, cast.alice_id)


def test_a_file_that_failed_cannot_be_tried_as_a_text(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    file = {"downloadUrl": "", "caption": "The bill", "fileName": "a.pdf", "mimeType": ""}
    data = {"typeMessage": "documentMessage", "fileMessageData": file}
    failed_id = fails(cast, "P1", messageData=data)
    with pytest.raises(Conflict, match="cannot be sent again"):
        cancellations.retry(cast.hotel_id, failed_id, cast.alice_id)
    assert cancellations.discard(cast.hotel_id, failed_id, cast.alice_id).status == "cancelled"


def test_the_guests_own_message_cannot_be_tried(
    cast: Cast, guest_writes: Callable[..., Conversation], alice: FlaskClient
) -> None:
    guest_writes("A1")
    theirs = db.session.scalars(select(Message.id)).one()
    db.session.rollback()
    for act in (cancellations.retry, cancellations.discard):
        with pytest.raises((Conflict, NotFound)):
            act(cast.hotel_id, theirs, cast.alice_id)
        assert alice.post(f"/h/{cast.slug}/m/{theirs}/{act.__name__}").status_code in (404, 409)
