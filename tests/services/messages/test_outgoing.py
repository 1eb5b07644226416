"""What may be sent, checked in words; and how each kind is handed over and recognised."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
import responses

from inbox.errors import Conflict, Invalid
from inbox.models import Conversation
from inbox.services.intake import receiving
from inbox.services.messages import outgoing
from inbox.services.messages.outgoing import OutgoingContent, StoredFile
from inbox.services.outbox import outcomes, sending
from tests.cast import desk
from tests.cast.desk import PATIENCE, claim, reply
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.provider import answers
from tests.cast.rows import row

Writes = Callable[..., Conversation]
PDF = StoredFile("document", "0" * 40, "menu.pdf", "application/pdf", 3)
VOICE = StoredFile("voice", "0" * 40, "voice.ogg", "audio/ogg", 3)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: outgoing.text(" "), "body"),
        (lambda: outgoing.text("x" * 20_001), "body"),
        (lambda: outgoing.file(PDF, "x" * 1025), "caption"),
        (lambda: outgoing.file(VOICE, "Listen"), "caption"),
        (lambda: outgoing.location(91, 0), "latitude"),
        (lambda: outgoing.location(0, math.nan), "longitude"),
        (lambda: outgoing.location(0, 0, "x" * 201), "name"),
        (lambda: outgoing.contact("", "+34 600 123 456"), "name"),
        (lambda: outgoing.contact("Taxi", "call us"), "phone"),
        (lambda: outgoing.contact("Taxi", "0600 123 456"), "phone"),
        (lambda: outgoing.poll("", ["a", "b"]), "question"),
        (lambda: outgoing.poll("Which?", ["a"]), "options"),
        (lambda: outgoing.poll("Which?", ["a", " a "]), "options"),
        (lambda: outgoing.poll("Which?", [str(n) for n in range(13)]), "options"),
        (lambda: outgoing.poll("x" * 256, ["a", "b"]), "question"),
        (lambda: outgoing.poll("Which?", ["a", "b\0"]), "options"),
    ],
)
def test_what_cannot_be_sent_is_refused_under_its_field(
    make: Callable[[], OutgoingContent], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        make()
    assert list(caught.value.fields) == [field]


KINDS = [
    (
        outgoing.location(40.4, -3.7, "Atocha", "Plaza"),
        "sendLocation",
        {"latitude": 40.4, "longitude": -3.7, "nameLocation": "Atocha", "address": "Plaza"},
    ),
    (
        outgoing.contact("Radio Taxi", "0034 (600) 123-456"),
        "sendContact",
        {"contact": {"phoneContact": 34600123456, "firstName": "Radio Taxi"}},
    ),
    (
        outgoing.poll("Which day?", ["Mon", "Tue"], multiple=True),
        "sendPoll",
        {
            "message": "Which day?",
            "options": [{"optionName": "Mon"}, {"optionName": "Tue"}],
            "multipleAnswers": True,
        },
    ),
]


@pytest.mark.parametrize(("content", "method", "body"), KINDS, ids=lambda one: str(one)[:12])
def test_each_kind_has_its_method(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    content: OutgoingContent,
    method: str,
    body: dict[str, Any],
) -> None:
    answers(provider, method, {"idMessage": "K1"})
    conversation = guest_writes("A1")
    message = desk.send(cast.hotel_id, conversation.id, cast.alice_id, content)
    sending.drain(cast.instance_id, PATIENCE)
    assert row(message.id).status == "accepted"
    sent = json.loads(provider.calls[-1].request.body or "")
    assert {key: sent.get(key) for key in body} == body


def test_a_forward_names_the_chat_and_the_message(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    answers(provider, "forwardMessages", {"messages": ["W1"]})
    source = {"chat_id": "34600123001@c.us", "id_message": "X1"}
    content = OutgoingContent("text", "The wifi is hotel1", {"forward": source, "forwarded": True})
    conversation = guest_writes("A1")
    message = desk.send(cast.hotel_id, conversation.id, cast.alice_id, content)
    sending.drain(cast.instance_id, PATIENCE)
    assert row(message.id).id_message == "W1"


ECHOES = [
    (
        outgoing.location(40.4, -3.7),
        {
            "typeMessage": "locationMessage",
            "locationMessageData": {"latitude": 40.4, "longitude": -3.7},
        },
        True,
    ),
    (
        outgoing.location(40.4, -3.7),
        {
            "typeMessage": "locationMessage",
            "locationMessageData": {"latitude": 41.0, "longitude": -3.7},
        },
        False,
    ),
    (
        outgoing.contact("Taxi", "34600123456"),
        {
            "typeMessage": "contactMessage",
            "contactMessageData": {
                "displayName": "Taxi",
                "vcard": "BEGIN:VCARD\nTEL;waid=34600123456:+34 600 123 456\nEND:VCARD",
            },
        },
        True,
    ),
    (
        outgoing.poll("Which?", ["a", "b"]),
        {
            "typeMessage": "pollMessage",
            "pollMessageData": {
                "name": "Which?",
                "options": [{"optionName": "a"}, {"optionName": "b"}],
            },
        },
        True,
    ),
    (
        outgoing.poll("Which?", ["a", "b"]),
        {"typeMessage": "textMessage", "textMessageData": {"textMessage": "Which?"}},
        False,
    ),
]


@pytest.mark.parametrize(("content", "data", "is_ours"), ECHOES, ids=lambda one: str(one)[:12])
def test_the_echo_of_a_message_in_doubt_is_recognised_by_its_content(
    cast: Cast, guest_writes: Writes, content: OutgoingContent, data: dict[str, Any], is_ours: bool
) -> None:
    conversation = guest_writes("A1")
    message = desk.send(cast.hotel_id, conversation.id, cast.alice_id, content)
    outcomes.unknown(claim(cast), PATIENCE.settle)
    body = incoming("E1") | {"typeWebhook": "outgoingAPIMessageReceived", "messageData": data}
    receiving.receive(cast.instance_id, json.dumps(body).encode())
    assert (row(message.id).id_message == "E1") == is_ours


def test_a_reference_is_not_used_for_another_kind(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    reply(cast, conversation)
    place = outgoing.location(1, 2)
    desk.send(cast.hotel_id, conversation.id, cast.alice_id, place, "r1")
    with pytest.raises(Conflict):
        desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Hi", "r1")
