"""What messages hold, in every shape that a webhook gives it."""

from typing import Any

import pytest

from inbox.greenapi import (
    Contact,
    File,
    Location,
    Marker,
    Text,
    UnknownContent,
)
from tests.greenapi.webhooks import GUEST, Body, file_of, parsed, text_of


def test_an_extended_text() -> None:
    data = {
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": "see https://hotel.example",
            "title": "Hotel",
            "description": "By the sea",
            "jpegThumbnail": None,
            "isForwarded": "true",
        },
    }
    note = parsed(data)
    assert note.content == Text("see https://hotel.example", None, "Hotel", "By the sea")
    assert note.is_forwarded


def test_a_quoted_text() -> None:
    data = {
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {"text": "yes", "stanzaId": "OTHER", "participant": GUEST},
        "quotedMessage": {
            "stanzaId": "Q1",
            "participant": "71111111111@c.us",
            "typeMessage": "textMessage",
            "textMessage": "Breakfast at 8?",
        },
    }
    note = parsed(data)
    assert note.content == Text("yes")
    assert note.quoted is not None
    assert (note.quoted.stanza_id, note.quoted.preview_text) == ("Q1", "Breakfast at 8?")
    assert note.quoted.participant is not None
    assert note.quoted.participant.phone == "71111111111"


def test_a_quote_without_a_stanza_id_takes_the_blocks_or_none() -> None:
    block = {"text": "yes", "stanzaId": "S1"}
    data = {"typeMessage": "quotedMessage", "extendedTextMessageData": block}
    quoted = parsed({**data, "quotedMessage": {"typeMessage": "imageMessage", "caption": "Pool"}})
    assert quoted.quoted is not None
    assert (quoted.quoted.stanza_id, quoted.quoted.preview_text) == ("S1", "Pool")
    nothing = parsed({"typeMessage": "quotedMessage"}).quoted
    assert nothing is not None
    assert (nothing.stanza_id, nothing.participant) == ("", None)


@pytest.mark.parametrize(
    ("type_message", "kind"),
    [
        ("imageMessage", "image"),
        ("videoMessage", "video"),
        ("documentMessage", "document"),
        ("stickerMessage", "sticker"),
    ],
)
def test_files(type_message: str, kind: str) -> None:
    data = file_of(type_message, caption="Look", fileName="a.b", mimeType="x/Y", isForwarded=True)
    note = parsed(data)
    content = note.content
    assert isinstance(content, File)
    assert (content.kind, content.url, content.text) == (kind, "https://x/f", "Look")
    assert (content.file_name, content.mime_type) == ("a.b", "x/y")
    assert note.is_forwarded


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("audio/ogg; codecs=opus", "voice"),
        ("audio/ogg", "voice"),
        ("audio/mpeg", "audio"),
        ("audio/mp4", "audio"),
        ("", "audio"),
        (None, "audio"),
    ],
)
def test_a_voice_note_is_told_from_a_song(mime: str | None, kind: str) -> None:
    assert parsed(file_of("audioMessage", mimeType=mime)).content.kind == kind


def test_a_location() -> None:
    block = {"latitude": 37.0902, "longitude": "-95.7", "nameLocation": "Pool", "address": "1 Rd"}
    data = {"typeMessage": "locationMessage", "locationMessageData": block}
    assert parsed(data).content == Location(37.0902, -95.7, "Pool", "1 Rd")


@pytest.mark.parametrize("odd", [91, -1000, "north", None, True, float("nan"), 10**400, [1]])
def test_a_place_that_is_not_on_earth_has_no_coordinate(odd: object) -> None:
    data = {"typeMessage": "locationMessage", "locationMessageData": {"latitude": odd}}
    content = parsed(data).content
    assert isinstance(content, Location)
    assert (content.latitude, content.longitude) == (None, None)


@pytest.mark.parametrize(
    ("vcard", "phone"),
    [
        ("BEGIN:VCARD\nTEL;type=CELL;waid=79001234567:+7 900 123-45-67\nEND:VCARD", "79001234567"),
        ("BEGIN:VCARD\r\nitem1.TEL:+44 7700 900318\r\nEND:VCARD", "447700900318"),
        ("BEGIN:VCARD\nFN:TELemachus\nEND:VCARD", ""),
        ("", ""),
    ],
)
def test_a_contact(vcard: str, phone: str) -> None:
    block = {"displayName": "Taxi", "vcard": vcard}
    data = {"typeMessage": "contactMessage", "contactMessageData": block}
    assert parsed(data).content == Contact("Taxi", phone, vcard)


@pytest.mark.parametrize("name", ["orderMessage", "productMessage", "brandNew"])
def test_a_kind_without_a_row_keeps_its_body(name: str) -> None:
    data = {"typeMessage": name, "extendedTextMessageData": {"text": "👍"}}
    assert parsed(data).content == UnknownContent(name, data)
    assert parsed(data).content.text == ""


@pytest.mark.parametrize("data", [{}, {"typeMessage": None}, {"typeMessage": 3}])
def test_a_message_without_a_kind_is_still_a_message(data: Body) -> None:
    assert parsed(data).content == UnknownContent("", data)


@pytest.mark.parametrize("data", [None, "x", [], 3])
def test_message_data_of_the_wrong_type_is_still_a_message(data: Any) -> None:
    assert parsed(data).content == UnknownContent("", {})


@pytest.mark.parametrize(
    ("words", "marker"),
    [
        ("{{SWE001}}", Marker.UNREADABLE_FIRST),
        (" {{SWE003}}\n", Marker.UNREADABLE),
        ("{{SWE999}}", Marker.OTHER),
    ],
)
def test_a_marker_is_never_a_text(words: str, marker: Marker) -> None:
    assert parsed(text_of(words)).content == Text("", marker)
    extended = {"typeMessage": "extendedTextMessage", "extendedTextMessageData": {"text": words}}
    assert parsed(extended).content == Text("", marker)


def test_a_text_that_mentions_a_marker_is_a_text() -> None:
    assert parsed(text_of("what is {{SWE001}}?")).content == Text("what is {{SWE001}}?")


def test_a_file_over_the_limit_has_a_marker_and_no_url() -> None:
    content = parsed(file_of("videoMessage", downloadUrl="{{SWE002}}", caption="Wedding")).content
    assert isinstance(content, File)
    assert (content.url, content.marker, content.text) == ("", Marker.FILE_TOO_LARGE, "Wedding")
