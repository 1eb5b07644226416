"""A `messageData` of every kind that Green API's reference has, in the shapes that it publishes:
mistakes, older spellings and half-empty blocks included.
"""

from tests.greenapi.webhooks import GUEST, Body

FORWARD: Body = {"forwardingScore": 0, "isForwarded": False}
VCARD = (
    "BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\n"
    "item1.TEL;waid={phone}:+{phone}\nitem1.X-ABLabel:Mobile\nEND:VCARD"
)


def text(words: str) -> Body:
    return {
        "typeMessage": "textMessage",
        "textMessageData": {"textMessage": words, "isTemplateMessage": False},
    }


def extended(words: str) -> Body:
    block = {"text": words, "description": "By the sea", "title": "Hotel", "previewType": "None"}
    return {
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {**block, "jpegThumbnail": None, **FORWARD},
    }


def file(type_message: str, mime_type: str, **more: object) -> Body:
    block = {
        "downloadUrl": "https://media.example/file",
        "caption": "",
        "fileName": "",
        "jpegThumbnail": "",
        "mimeType": mime_type,
        "isAnimated": False,
        **FORWARD,
        **more,
    }
    return {"typeMessage": type_message, "fileMessageData": block}


def reaction(emoji: str, stanza_id: str, participant: str = GUEST) -> Body:
    return {
        "typeMessage": "reactionMessage",
        "extendedTextMessageData": {"text": emoji},
        "quotedMessage": {"stanzaId": stanza_id, "participant": participant},
    }


def edited(words: str, stanza_id: str, field: str = "textMessage") -> Body:
    return {
        "typeMessage": "editedMessage",
        "editedMessageData": {field: words, "stanzaId": stanza_id},
    }


def deleted(stanza_id: str) -> Body:
    return {"typeMessage": "deletedMessage", "deletedMessageData": {"stanzaId": stanza_id}}


def quoted(words: str, stanza_id: str, block: Body) -> Body:
    return {
        "typeMessage": "quotedMessage",
        "extendedTextMessageData": {"text": words, "stanzaId": stanza_id, "participant": GUEST},
        "quotedMessage": {"stanzaId": stanza_id, "participant": GUEST, **block},
    }


def contact(name: str, phone: str) -> Body:
    card = {"displayName": name, "vcard": VCARD.format(name=name, phone=phone)}
    return {"typeMessage": "contactMessage", "contactMessageData": {**card, **FORWARD}}


def contacts(*people: tuple[str, str], wrapper: str = "messageData") -> Body:
    cards = [{"displayName": n, "vcard": VCARD.format(name=n, phone=p)} for n, p in people]
    block: Body = {"contacts": cards, **FORWARD}
    data: Body = {"typeMessage": "contactsArrayMessage"}
    return {**data, wrapper: block} if wrapper else {**data, **block}


def location(name: str = "Atocha", address: str = "Plaza del Emperador") -> Body:
    block = {"nameLocation": name, "address": address, "latitude": 40.4066, "longitude": -3.6906}
    return {
        "typeMessage": "locationMessage",
        "locationMessageData": {**block, "jpegThumbnail": "", **FORWARD},
    }


def poll(name: str, *options: str, multiple: bool = False) -> Body:
    return {
        "typeMessage": "pollMessage",
        "pollMessageData": {
            "name": name,
            "options": [{"optionName": option} for option in options],
            "multipleAnswers": multiple,
        },
    }


def votes(stanza_id: str, name: str, **by_option: list[str]) -> Body:
    return {
        "typeMessage": "pollUpdateMessage",
        "pollMessageData": {
            "stanzaId": stanza_id,
            "name": name,
            "votes": [{"optionName": o, "optionVoters": v} for o, v in by_option.items()],
            "multipleAnswers": False,
        },
    }


BUTTONS: Body = {
    "typeMessage": "buttonsMessage",
    "buttonsMessage": {
        "contentText": "Shall we make up your room?",
        "footer": "Grand Plaza",
        "buttons": [
            {"buttonId": "1", "buttonText": "Yes, please"},
            {"buttonId": "2", "buttonText": "Not today"},
        ],
        **FORWARD,
    },
}
LIST: Body = {
    "typeMessage": "listMessage",
    "listMessage": {
        "contentText": "What may we bring?",
        "title": "Room service",
        "footer": "Until 23:00",
        "buttonText": "Open the menu",
        "sections": [
            {
                "title": "Drinks",
                "rows": [
                    {"rowId": "d1", "title": "Water", "description": "Still, 1 l"},
                    {"rowId": "d2", "title": "Tea", "description": ""},
                ],
            },
            {"title": "Food", "rows": [{"rowId": "f1", "title": "Soup", "description": "Hot"}]},
        ],
        **FORWARD,
    },
}
TEMPLATE: Body = {
    "typeMessage": "templateMessage",
    "templateMessage": {
        "namespace": "",
        "elementName": "",
        "contentText": "Your booking is confirmed.",
        "footer": "See you soon",
        "buttons": [
            {"index": 1, "urlButton": {"displayText": "Booking", "url": "https://hotel.example/b"}},
            {"index": 2, "callButton": {"displayText": "Call us", "phoneNumber": "+34 910000001"}},
            {"index": 3, "quickReplyButton": {"displayText": "Thank you", "id": "t"}},
        ],
        **FORWARD,
    },
}
INTERACTIVE: Body = {
    "typeMessage": "interactiveButtons",
    "interactiveButtons": {
        "titleText": "Late check-out",
        "contentText": "Until 14:00 without a charge.",
        "footerText": "Grand Plaza",
        "buttons": [
            {"type": "copy", "buttonId": "1", "buttonText": "Copy the code", "copyCode": "LATE14"},
            {"type": "call", "buttonId": "2", "buttonText": "Call", "phoneNumber": "34910000001"},
            {"type": "url", "buttonId": "3", "buttonText": "More", "url": "https://hotel.example"},
        ],
    },
}
INVITE: Body = {
    "typeMessage": "groupInviteMessage",
    "groupInviteMessageData": {
        "groupJid": "120363043968066561@g.us",
        "inviteCode": "GQw8QmLkBp",
        "inviteExpiration": "1900000000",
        "groupName": "Wedding of Ana and Tom",
        "caption": "Please join, there is a list of rooms",
        "jpegThumbnail": "",
    },
}
INVITE_IN_HALVES: Body = {
    "typeMessage": "groupInviteMessage",
    "groupInviteMessageData": {
        **INVITE["groupInviteMessageData"],
        "inviteExpiration": {"low": 1900000000, "high": 0, "unsigned": False},
    },
}

_TAP = {"selectedIndex": 1, "selectedId": "2", "selectedDisplayText": "Not today"}


def answers(stanza_id: str) -> list[Body]:
    """Every shape in which "Not today" was published as the answer to a message with buttons."""
    tap = {"stanzaId": stanza_id, **_TAP}
    row = {"stanzaId": stanza_id, "title": "Not today", "listType": 1}
    return [
        {
            "typeMessage": "buttonsResponseMessage",
            "buttonsResponseMessage": {
                "stanzaId": stanza_id,
                "selectedButtonId": "2",
                "selectedButtonText": "Not today",
            },
        },
        {"typeMessage": "templateButtonsReplyMessage", "templateButtonReplyMessage": tap},
        {"typeMessage": "templateButtonReplyMessage", "templateButtonReplyMessage": tap},
        {
            "typeMessage": "listResponseMessage",
            "listResponseMessage": {**row, "singleSelectReply": "2"},
        },
        {
            "typeMessage": "listResponseMessage",
            "listResponseMessage": {**row, "singleSelectReply": {"selectedRowId": "2"}},
        },
        {"typeMessage": "interactiveButtonsReply", "templateButtonReplyMessage": tap},
        {"typeMessage": "interactiveButtonsReply", "interactiveButtonsReply": tap},
        {"typeMessage": "interactiveButtonsResponse", "interactiveButtonsResponse": tap},
    ]


INTERACTIVE_REPLY: Body = {
    "typeMessage": "interactiveButtonsReply",
    "interactiveButtonsReply": {
        "titleText": "Towels",
        "contentText": "Two or four?",
        "footerText": "",
        "buttons": [
            {"buttonId": "1", "buttonText": "Two"},
            {"buttonId": "2", "buttonText": "Four"},
        ],
    },
}

# (messageData, kind of the message, its text)
MESSAGES: list[tuple[Body, str, str]] = [
    (text("Hello"), "text", "Hello"),
    (extended("https://hotel.example"), "text", "https://hotel.example"),
    (quoted("Yes", "Q1", {"typeMessage": "textMessage", "textMessage": "?"}), "text", "Yes"),
    (file("imageMessage", "image/jpeg", caption="The lamp"), "image", "The lamp"),
    (file("videoMessage", "video/mp4", caption="Look"), "video", "Look"),
    (file("videoMessage", "video/mp4", videoNote=True), "video", ""),
    (file("documentMessage", "application/pdf", fileName="Bill.pdf"), "document", ""),
    (file("audioMessage", "audio/ogg; codecs=opus"), "voice", ""),
    (file("audioMessage", "audio/mpeg"), "audio", ""),
    (file("stickerMessage", "image/webp", isAnimated=True), "sticker", ""),
    (location(), "location", ""),
    (contact("Taxi Ana", "34600111222"), "contact", ""),
    (contacts(("Taxi Ana", "34600111222"), ("Dr. Gil", "34600333444")), "contacts", ""),
    (contacts(("Taxi Ana", "34600111222"), wrapper=""), "contacts", ""),
    (poll("Breakfast?", "7:00", "8:00"), "poll", "Breakfast?"),
    (BUTTONS, "menu", "Shall we make up your room?"),
    (LIST, "menu", "What may we bring?"),
    (TEMPLATE, "menu", "Your booking is confirmed."),
    (INTERACTIVE, "menu", "Until 14:00 without a charge."),
    (INTERACTIVE_REPLY, "menu", "Two or four?"),
    (INVITE, "group_invite", "Please join, there is a list of rooms"),
    (INVITE_IN_HALVES, "group_invite", "Please join, there is a list of rooms"),
    *((answer, "choice", "Not today") for answer in answers("Q1")),
    ({"typeMessage": "orderMessage", "orderMessageData": {}}, "unknown", ""),
    ({"typeMessage": "productMessage"}, "unknown", ""),
    ({"typeMessage": "inventedTomorrow", "x": {"y": [1]}}, "unknown", ""),
]
