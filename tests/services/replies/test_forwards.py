"""A message is passed on within its hotel: by WhatsApp where it can, else as our own."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import Attachment, Conversation, Message
from inbox.models.states import Origin
from inbox.services.lines import instances
from inbox.services.messages.outgoing import Outgoing
from inbox.services.replies import forwards
from inbox.services.replies.forwards import Forward
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.people import API_URL, Cast

Writes = Callable[..., Conversation]
TAXI = "447700900999@c.us"
IMAGE = {
    "typeMessage": "imageMessage",
    "fileMessageData": {"downloadUrl": "http://127.0.0.1:9/a.jpg", "caption": "Our key"},
}
POLL = {
    "typeMessage": "pollMessage",
    "pollMessageData": {
        "name": "When?",
        "options": [{"optionName": "8"}, {"optionName": "9"}],
        "multipleAnswers": False,
    },
}


@pytest.fixture
def taxi(guest_writes: Writes) -> int:
    """The conversation that things are forwarded to."""
    return guest_writes("T1", chat_id=TAXI, name="Taxi").id


def forward(cast: Cast, message_id: int, to: int, ref: str = "f1") -> Message:
    db.session.rollback()
    outgoing = Outgoing(Forward(message_id), Origin.DESK, cast.alice_id, ref)
    return forwards.send(cast.hotel_id, to, outgoing)


def the_message(id_message: str) -> int:
    return db.session.scalars(select(Message.id).where(Message.id_message == id_message)).one()


def change(table: type[Any], **values: object) -> None:
    with transaction() as work:
        work.session.execute(update(table).values(**values))


def test_what_whatsapp_knows_it_forwards_itself(
    cast: Cast, guest_writes: Writes, taxi: int
) -> None:
    guest_writes("A1", "Terminal 4, please")
    sent = forward(cast, the_message("A1"), taxi)
    assert (sent.conversation_id, sent.kind, sent.body) == (taxi, "text", "Terminal 4, please")
    assert sent.payload["forwarded"] is True
    assert sent.payload["forward"] == {"chat_id": "447700900318@c.us", "id_message": "A1"}
    assert sent.status == "queued"


def test_a_file_is_forwarded_without_bringing_it_anew(
    cast: Cast, guest_writes: Writes, taxi: int
) -> None:
    guest_writes("A1", messageData=IMAGE)
    sent = forward(cast, the_message("A1"), taxi)
    assert (sent.kind, sent.body, sent.status) == ("image", "Our key", "queued")


def test_what_is_not_sent_yet_goes_as_our_own(cast: Cast, guest_writes: Writes, taxi: int) -> None:
    here = guest_writes("A1").id
    waiting = desk.send_text(cast.hotel_id, here, cast.alice_id, "Room 7", "r1").id
    sent = forward(cast, waiting, taxi)
    assert sent.payload == {"forwarded": True}
    assert sent.body == "Room 7"


@pytest.fixture
def other_number(cast: Cast, guest_writes: Writes, taxi: int) -> int:
    """The taxi writes to another number of the hotel."""
    second = instances.add(
        "grand-plaza", instances.Access(1101000009, "0" * 50, api_url=API_URL)
    ).instance.id
    with transaction() as work:
        work.session.execute(
            update(Message).where(Message.conversation_id == taxi).values(instance_id=second)
        )
        work.session.execute(
            update(Conversation).where(Conversation.id == taxi).values(instance_id=second)
        )
    return taxi


def test_from_another_number_our_copy_of_the_file_goes(
    cast: Cast, guest_writes: Writes, other_number: int
) -> None:
    guest_writes("A1", messageData=IMAGE)
    with pytest.raises(Conflict, match="file is not here"):
        forward(cast, the_message("A1"), other_number)
    change(Attachment, state="ready", storage_key="a" * 40, size=9, file_name="a.jpg")
    sent = forward(cast, the_message("A1"), other_number)
    assert (sent.status, sent.payload) == ("uploading", {"forwarded": True})
    assert sent.attachments[0].storage_key == "a" * 40


def test_a_poll_goes_without_its_votes(cast: Cast, guest_writes: Writes, other_number: int) -> None:
    guest_writes("A1", messageData=POLL)
    sent = forward(cast, the_message("A1"), other_number)
    assert sent.kind == "poll"
    assert set(sent.payload) == {"options", "multiple", "forwarded"}


def test_a_second_click_forwards_once(cast: Cast, guest_writes: Writes, taxi: int) -> None:
    guest_writes("A1")
    message_id = the_message("A1")
    assert forward(cast, message_id, taxi).id == forward(cast, message_id, taxi).id


@pytest.mark.parametrize("columns", [{"deleted_at": clock.now()}, {"kind": "call"}])
def test_what_has_nothing_in_it_is_refused_in_words(
    cast: Cast, guest_writes: Writes, taxi: int, columns: dict[str, object]
) -> None:
    guest_writes("A1")
    message_id = the_message("A1")
    with transaction() as work:
        work.session.execute(update(Message).where(Message.id == message_id).values(**columns))
    with pytest.raises(Conflict, match="cannot be forwarded"):
        forward(cast, message_id, taxi)


def test_nothing_is_forwarded_from_or_to_another_hotel(
    cast: Cast, guest_writes: Writes, taxi: int
) -> None:
    guest_writes("A1")
    message_id = the_message("A1")
    db.session.rollback()
    outgoing = Outgoing(Forward(message_id), Origin.DESK, cast.charlie_id, "f1")
    with pytest.raises(NotFound):
        forwards.send(cast.other_hotel_id, taxi, outgoing)
    with pytest.raises(NotFound):
        forward(cast, message_id, 10**6)
    with pytest.raises(Invalid):
        forward(cast, message_id, taxi, ref="")
