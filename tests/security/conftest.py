"""What the tests of security may ask for."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Attachment, Conversation, Message, WebhookEvent
from inbox.services.guests import merges
from inbox.services.intake import receiving
from tests.cast import desk
from tests.cast.people import Cast

IMAGE = {
    "typeMessage": "imageMessage",
    "fileMessageData": {
        "downloadUrl": "http://127.0.0.1:9/a.jpg",
        "caption": "the secret plan",
        "fileName": "a.jpg",
        "mimeType": "image/jpeg",
    },
}


@pytest.fixture
def ids(cast: Cast, guest_writes: Callable[..., Conversation]) -> dict[str, int]:
    """Real rows of the Grand Plaza, by the names that routes call them."""
    conversation = guest_writes("A1", messageData=IMAGE)
    conversation_id, guest_id = conversation.id, conversation.guest_id
    twin = guest_writes("A2", chat_id="26440190443@lid").guest_id
    merge_id = merges.merge(cast.hotel_id, twin, guest_id, cast.bob_id).id
    receiving.receive(cast.instance_id, b"no json, but the secret plan")
    conversation = db.session.get_one(Conversation, conversation_id)
    reply = desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Hello", "r1")
    reply_id = reply.id
    db.session.rollback()
    failed = db.session.get_one(Message, reply_id)
    failed.status = "failed"
    db.session.commit()
    return {
        "conversation_id": conversation_id,
        "guest_id": guest_id,
        "merge_id": merge_id,
        "event_id": db.session.scalars(
            select(WebhookEvent.id).where(WebhookEvent.state == "quarantined")
        ).one(),
        "message_id": reply_id,
        "instance_id": cast.instance_id,
        "attachment_id": db.session.scalars(select(Attachment.id)).one(),
    }
