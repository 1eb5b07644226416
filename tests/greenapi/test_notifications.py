"""Webhook bodies, as Green API documents them and as it really sends them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.greenapi import (
    Delivery,
    MalformedNotification,
    State,
    StateNotification,
    StatusNotification,
    Text,
    UnknownNotification,
    dedupe_key,
)
from inbox.greenapi.notifications import parse
from tests.greenapi.webhooks import GUEST, STATE, STATUS, file_of, message, parsed, text_of


def test_a_text_with_all_that_surrounds_it() -> None:
    note = parsed(text_of("Guten Tag"))
    assert (note.id_instance, note.id_message) == (1101000001, "F7AEC1B7086ECDC7E6E45923F5EDB825")
    assert note.timestamp == datetime(2020, 4, 28, 16, 33, tzinfo=UTC)
    assert (note.origin, note.is_incoming, note.type_message) == ("guest", True, "textMessage")
    assert note.sender is not None
    assert (note.chat_id.phone, note.sender.phone) == ("79001234567", "79001234567")
    assert (note.sender_name, note.chat_name) == ("Анна ✨", "Anna")
    assert note.sender_contact_name == "Anna room 12"
    assert note.content == Text("Guten Tag")
    assert (note.quoted, note.is_forwarded) == (None, False)


@pytest.mark.parametrize(
    ("type_webhook", "origin"),
    [("outgoingMessageReceived", "phone"), ("outgoingAPIMessageReceived", "api")],
)
def test_our_own_messages_without_a_sender(type_webhook: str, origin: str) -> None:
    note = parsed(text_of("x"), typeWebhook=type_webhook, senderData={"chatId": GUEST})
    assert (note.origin, note.is_incoming, note.sender) == (origin, False, None)
    assert (note.sender_name, note.chat_name, note.sender_contact_name) == ("", "", "")


def test_a_group_member_and_a_lid() -> None:
    people = {"chatId": "120363043968066561@g.us", "sender": "26440190443@lid"}
    note = parsed(text_of("x"), senderData=people)
    assert note.sender is not None
    assert (note.chat_id.kind, note.sender.kind, note.sender.phone) == ("group", "lid", None)


@pytest.mark.parametrize(
    "odd", [None, 0, -5, 1588091580000, "soon", True, [], 10**400, float("inf"), 1e300]
)
def test_an_absurd_time_is_none(odd: object) -> None:
    assert parsed(text_of("x"), timestamp=odd).timestamp is None


def test_texts_can_always_be_stored() -> None:
    content = parsed(text_of(json.loads('"a\\u0000b \\ud83d\\ude00 \\ud83d"'))).content
    assert content.text == "ab 😀 \ufffd"
    content.text.encode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("sent", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
        ("failed", Delivery.FAILED),
        ("noAccount", Delivery.NO_ACCOUNT),
        ("notInGroup", Delivery.NOT_IN_GROUP),
        ("yellowCard", Delivery.SUSPENDED),
        ("suspended", Delivery.SUSPENDED),
        ("", Delivery.UNKNOWN),
        (None, Delivery.UNKNOWN),
        ("brandNew", Delivery.UNKNOWN),
    ],
)
def test_a_status(said: object, status: Delivery) -> None:
    note = parse({**STATUS, "status": said, "description": "SWE004: 1000"})
    assert isinstance(note, StatusNotification)
    assert (note.id_instance, note.id_message) == (1101000001, "BAE5F4886F6F2D05")
    assert (note.status, note.raw_status) == (status, said or "")
    assert (note.description, note.sent_by_api) == ("SWE004: 1000", True)
    assert note.chat_id is not None


def test_failures_are_told_from_progress() -> None:
    failures = {status for status in Delivery if status.is_failure}
    assert failures == {
        Delivery.FAILED,
        Delivery.NO_ACCOUNT,
        Delivery.NOT_IN_GROUP,
        Delivery.SUSPENDED,
    }


def test_a_state() -> None:
    note = parse(STATE)
    assert isinstance(note, StateNotification)
    assert (note.state.state, note.state.raw) == (State.NOT_AUTHORIZED, "notAuthorized")


def test_an_unknown_kind_keeps_its_whole_body() -> None:
    body = {**STATE, "typeWebhook": "avatarInfo", "avatarInfo": {"chatId": GUEST}}
    note = parse(body)
    assert isinstance(note, UnknownNotification)
    assert (note.type_webhook, note.raw) == ("avatarInfo", body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "typeWebhook"),
        ({"typeWebhook": 5.5}, "typeWebhook"),
        ({"typeWebhook": "x"}, "instanceData.idInstance"),
        ({"typeWebhook": "x", "instanceData": {"idInstance": True}}, "instanceData.idInstance"),
        (message({}, idMessage=""), "idMessage"),
        (message({}, idMessage=None), "idMessage"),
        (message({}, senderData=None), "senderData.chatId"),
        (message({}, senderData={"chatId": 5, "sender": GUEST}), "senderData.chatId"),
        ({**STATUS, "idMessage": []}, "idMessage"),
        ({**STATE, "stateInstance": None}, "stateInstance"),
        ([], "body"),
        (None, "body"),
    ],
)
def test_a_body_without_the_necessary_names_the_field(body: Any, field: str) -> None:
    with pytest.raises(MalformedNotification) as caught:
        parse(body)
    assert caught.value.field == field
    assert str(caught.value).startswith(field)
    assert GUEST not in str(caught.value)


def test_reprs_hold_nothing_that_a_guest_wrote() -> None:
    secret = "my card is 4711"
    shown = [
        parsed(text_of(secret)),
        parsed(file_of("imageMessage", caption=secret, fileName=secret)),
        parsed({"typeMessage": "quotedMessage", "quotedMessage": {"typeMessage": "textMessage",
                "textMessage": secret}}),
        parsed({"typeMessage": "new", "x": secret}),
        parse({**STATE, "typeWebhook": "new", "x": secret}),
    ]  # fmt: skip
    for note in shown:
        assert secret not in repr(note)
        assert "79001234567" not in repr(note)


def test_dedupe_keys() -> None:
    note_id = "F7AEC1B7086ECDC7E6E45923F5EDB825"
    assert dedupe_key(message(text_of("x"))) == f"incomingMessageReceived:{note_id}"
    assert dedupe_key(STATUS) == "outgoingMessageStatus:BAE5F4886F6F2D05:read"
    assert dedupe_key(STATE) == "stateInstanceChanged:1586700690:notAuthorized"
    offer = {**STATE, "typeWebhook": "incomingCall", "idMessage": "C1", "status": "offer"}
    assert dedupe_key(offer) != dedupe_key({**offer, "status": "hangUp"})


def test_a_delivery_that_only_looks_different_has_the_same_key() -> None:
    body = {**STATE, "typeWebhook": "quotaExceeded", "quotaData": {"used": 3, "total": 3}}
    key = dedupe_key(body)
    assert key.startswith("sha256:")
    assert key == dedupe_key(dict(reversed(body.items())))
    assert key != dedupe_key({**body, "quotaData": {"used": 4, "total": 3}})


@pytest.mark.parametrize("odd", ["", None, "x" * 500, "a\x00b", "a\nb", "\ud800", ["x"]])
def test_an_odd_id_gives_a_key_that_can_be_stored(odd: object) -> None:
    key = dedupe_key(message({}, idMessage=odd))
    assert len(key) <= 200
    assert key.isprintable()
