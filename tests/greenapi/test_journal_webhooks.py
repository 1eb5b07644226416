"""A journal object and the webhook of the same message are one event."""

from typing import Any

import pytest

from inbox.greenapi.fields import Fields
from inbox.greenapi.journal import read_journal_message
from inbox.greenapi.journal_webhooks import as_webhook
from inbox.greenapi.notifications import MessageNotification, dedupe_key, parse
from inbox.simulator import contents

GUEST = "447700900318@c.us"
WID = "34910000001@c.us"
Body = dict[str, Any]

QUOTED = {"typeMessage": "textMessage", "textMessage": "Breakfast at 8?"}
CONTENTS = {
    "text": contents.plain_text("Hello"),
    "extended": contents.extended_text("see https://hotel.example"),
    "image": contents.file_of("imageMessage", "https://f/1.jpg", "1.jpg", "image/jpeg", "Pool", ""),
    "voice": contents.file_of("audioMessage", "https://f/1.oga", "1.oga", "audio/ogg", "", ""),
    "document": contents.file_of(
        "documentMessage", "https://f/1", "a.pdf", "application/pdf", "", ""
    ),
    "location": contents.location(40.4, -3.7, "Hotel", "Gran Vía 1"),
    "contact": contents.contact("Ana", "34600000001"),
    "poll": contents.poll("Tea?", [{"optionName": "Yes"}], multiple=False),
    "reaction": contents.reaction("👍", "Q1", GUEST),
    "reaction removed": contents.reaction("", "Q1", GUEST),
    "quote": contents.quoting(contents.plain_text("yes"), "Q1", GUEST, QUOTED),
    "quote of a photo's": contents.quoting(
        contents.file_of("imageMessage", "https://f/2.jpg", "2.jpg", "image/jpeg", "", ""),
        "Q1",
        GUEST,
        QUOTED,
    ),
    "new kind": contents.raw({"typeMessage": "orderMessage", "orderData": {"total": 3}}),
}


def webhook(message_data: Body, type_webhook: str = "incomingMessageReceived") -> Body:
    incoming = type_webhook == "incomingMessageReceived"
    return {
        "typeWebhook": type_webhook,
        "instanceData": {"idInstance": 1101000001, "wid": WID, "typeInstance": "whatsapp"},
        "timestamp": 1_763_000_000,
        "idMessage": "A1",
        "senderData": {
            "chatId": GUEST,
            "sender": GUEST if incoming else WID,
            "senderName": "Lucía" if incoming else "",
            "senderContactName": "",
        },
        "messageData": message_data,
    }


def journal(content: Body, **more: Any) -> Body:
    return {
        "type": "incoming",
        "idMessage": "A1",
        "timestamp": 1_763_000_000,
        "chatId": GUEST,
        "senderId": GUEST,
        "senderName": "Lucía",
        "senderContactName": "",
        **content,
        **more,
    }


def made(raw: Body) -> Body:
    body = as_webhook(raw, 1101000001, WID)
    assert body is not None
    return body


@pytest.mark.parametrize("name", CONTENTS)
def test_it_says_what_the_real_webhook_says(name: str) -> None:
    content = CONTENTS[name]
    real, synthesised = webhook(content.webhook), made(journal(content.journal))
    assert dedupe_key(synthesised) == dedupe_key(real)
    assert parse(synthesised) == parse(real)


@pytest.mark.parametrize("name", CONTENTS)
def test_nothing_of_the_content_is_lost_on_the_way(name: str) -> None:
    raw = journal(CONTENTS[name].journal)
    read, note = read_journal_message(Fields(raw)), parse(made(raw))
    assert read is not None
    assert isinstance(note, MessageNotification)
    if read.content.kind != "unknown":
        assert note.content == read.content
    assert (note.quoted, note.timestamp, note.sender) == (read.quoted, read.timestamp, read.sender)


@pytest.mark.parametrize(
    ("sent_by_api", "type_webhook"),
    [
        (True, "outgoingAPIMessageReceived"),
        (False, "outgoingMessageReceived"),
        (None, "outgoingAPIMessageReceived"),
    ],
)
def test_outgoing_ones_say_who_sent_them(sent_by_api: bool | None, type_webhook: str) -> None:
    raw = journal(CONTENTS["text"].journal, type="outgoing", statusMessage="read")
    raw |= {} if sent_by_api is None else {"sendByApi": sent_by_api}
    del raw["senderId"], raw["senderName"]
    body = made(raw)
    real = webhook(CONTENTS["text"].webhook, type_webhook)
    assert (dedupe_key(body), parse(body)) == (dedupe_key(real), parse(real))


def test_a_group_names_its_person() -> None:
    raw = journal(CONTENTS["text"].journal, chatId="120363000000000001@g.us")
    note = parse(made(raw))
    assert isinstance(note, MessageNotification)
    assert note.chat_id.kind == "group"
    assert note.sender is not None
    assert note.sender.phone == "447700900318"


def test_an_edit_names_what_it_edits() -> None:
    raw = journal({"typeMessage": "editedMessage", "textMessage": "At nine"}, editedMessageId="Q1")
    data = made(raw)["messageData"]
    assert data == {
        "typeMessage": "editedMessage",
        "editedMessageData": {"stanzaId": "Q1", "textMessage": "At nine"},
    }


def test_an_edit_told_as_a_text_is_still_an_edit() -> None:
    raw = journal({"typeMessage": "textMessage", "textMessage": "At nine"}, editedMessageId="Q1")
    assert made(raw)["messageData"]["typeMessage"] == "editedMessage"


def test_a_deletion_names_what_it_deletes() -> None:
    raw = journal({"typeMessage": "deletedMessage"}, deletedMessageId="Q1")
    assert made(raw)["messageData"] == {
        "typeMessage": "deletedMessage",
        "deletedMessageData": {"stanzaId": "Q1"},
    }


def test_a_message_that_was_edited_or_deleted_later_is_itself() -> None:
    raw = journal(
        CONTENTS["text"].journal, isEdited=True, editedMessageId="A1", deletedMessageId="A1"
    )
    assert made(raw)["messageData"]["typeMessage"] == "textMessage"


def test_several_cards_stand_where_webhooks_have_them() -> None:
    cards = [{"displayName": "Ana", "vcard": "BEGIN:VCARD"}]
    data = made(journal({"typeMessage": "contactsArrayMessage", "contacts": cards}))["messageData"]
    assert data["messageData"]["contacts"] == cards


@pytest.mark.parametrize("missing", ["type", "idMessage", "chatId"])
def test_what_cannot_be_told_is_none(missing: str) -> None:
    raw = journal(CONTENTS["text"].journal)
    del raw[missing]
    assert as_webhook(raw, 1101000001) is None


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x", True])
def test_odd_values_do_not_make_it_stumble(odd: Any) -> None:
    for key in ("typeMessage", "textMessage", "quotedMessage", "timestamp", "senderName"):
        as_webhook(journal(CONTENTS["text"].journal) | {key: odd}, 1101000001)
    as_webhook(journal({"typeMessage": "imageMessage", "fileMessageData": odd}), 1101000001)
