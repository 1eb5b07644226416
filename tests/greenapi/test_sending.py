"""What can be sent, changed and taken back: what is asked, and what is refused without a call."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from inbox.greenapi import GreenApi, OutcomeUnknown, Refused, from_phone
from tests.greenapi.calls import url_of
from tests.greenapi.webhooks import GUEST

ASKED: list[tuple[str, Callable[[GreenApi], object], dict[str, object]]] = [
    (
        "sendLocation",
        lambda api: api.send_location(
            GUEST, 41, -2.5, name="Hotel", address="Rambla 1", quoted_message_id="Q"
        ),
        {
            "latitude": 41.0,
            "longitude": -2.5,
            "nameLocation": "Hotel",
            "address": "Rambla 1",
            "quotedMessageId": "Q",
        },
    ),
    (
        "sendLocation",
        lambda api: api.send_location(GUEST, -90, 180, name=" "),
        {"latitude": -90.0, "longitude": 180.0},
    ),
    (
        "sendContact",
        lambda api: api.send_contact(
            GUEST,
            "34910000000",
            first_name="Ana",
            company="Taxi",
            quoted_message_id="Q",
        ),
        {
            "contact": {
                "phoneContact": 34910000000,
                "firstName": "Ana",
                "company": "Taxi",
            },
            "quotedMessageId": "Q",
        },
    ),
    (
        "sendContact",
        lambda api: api.send_contact(GUEST, "112", company="Help"),
        {"contact": {"phoneContact": 112, "company": "Help"}},
    ),
    (
        "sendPoll",
        lambda api: api.send_poll(GUEST, "When?", ("8", "9"), multiple=True, quoted_message_id="Q"),
        {
            "message": "When?",
            "options": [{"optionName": "8"}, {"optionName": "9"}],
            "multipleAnswers": True,
            "quotedMessageId": "Q",
        },
    ),
]


def only_body(http: responses.RequestsMock) -> Any:
    (call,) = http.calls
    return json.loads(call.request.body or b"")


def test_send_message(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "sendMessage"), json={"idMessage": "BAE5F4886F6F2D05"})
    sent = api.send_message(
        "79001234567:3@c.us", "Ciao 🌊", quoted_message_id="Q1", link_preview=False
    )
    assert sent.id_message == "BAE5F4886F6F2D05"
    assert only_body(http) == {
        "chatId": GUEST,
        "message": "Ciao 🌊",
        "quotedMessageId": "Q1",
        "linkPreview": False,
    }


def test_send_message_leaves_out_what_was_not_asked_for(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.post(url_of(api, "sendMessage"), json={"idMessage": "1"})
    api.send_message(from_phone("+7 900 123-45-67"), "hi")
    assert only_body(http) == {"chatId": GUEST, "message": "hi"}


def test_send_file_by_url(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "sendFileByUrl"), json={"idMessage": "F"})
    sent = api.send_file_by_url("1@lid", "https://x/menu.pdf", "menu.pdf", caption="Menu")
    assert sent.id_message == "F"
    assert only_body(http) == {
        "chatId": "1@lid",
        "urlFile": "https://x/menu.pdf",
        "fileName": "menu.pdf",
        "caption": "Menu",
    }


def test_texts_with_unsendable_characters_do_not_crash(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.post(url_of(api, "sendMessage"), json={"idMessage": "1"})
    assert api.send_message(GUEST, "half an emoji \ud83d").id_message == "1"
    assert only_body(http) == {"chatId": GUEST, "message": "half an emoji \ufffd"}


@pytest.mark.parametrize(("method", "send", "asked"), ASKED)
def test_a_send_asks_for_what_was_given_and_no_more(
    http: responses.RequestsMock,
    api: GreenApi,
    method: str,
    send: Callable[[GreenApi], Any],
    asked: dict[str, object],
) -> None:
    http.post(url_of(api, method), json={"idMessage": "3EB0"})
    assert send(api).id_message == "3EB0"
    assert only_body(http) == {"chatId": GUEST, **asked}


def test_messages_are_forwarded_in_order(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "forwardMessages"), json={"messages": ["X", "Y"]})
    assert api.forward_messages(GUEST, "1@lid", ["A", "B"]) == ("X", "Y")
    assert only_body(http) == {"chatId": GUEST, "chatIdFrom": "1@lid", "messages": ["A", "B"]}


@pytest.mark.parametrize(
    "answer",
    [{}, {"messages": []}, {"messages": ["X"]}, {"messages": ["X", ""]}, {"messages": "X"}],
)
def test_a_forward_whose_copies_are_not_all_named_is_unknown(
    http: responses.RequestsMock, api: GreenApi, answer: object
) -> None:
    http.post(url_of(api, "forwardMessages"), json=answer)
    with pytest.raises(OutcomeUnknown):
        api.forward_messages(GUEST, "1@lid", ["A", "B"])


def test_an_edit_has_an_id_of_its_own(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "editMessage"), json={"idMessage": "EDIT"})
    assert api.edit_message("79001234567:2@c.us", "A", "Nine").id_message == "EDIT"
    assert only_body(http) == {"chatId": GUEST, "idMessage": "A", "message": "Nine"}


@pytest.mark.parametrize("body", ["", "null", "{}", " \n"])
@pytest.mark.parametrize("only_sender", [False, True])
def test_a_deletion_is_answered_with_nothing(
    http: responses.RequestsMock, api: GreenApi, body: str, only_sender: bool
) -> None:
    http.post(url_of(api, "deleteMessage"), body=body)
    api.delete_message(GUEST, "A", only_sender=only_sender)
    assert only_body(http).get("onlySenderDelete", False) is only_sender


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.edit_message(GUEST, "A", "Nine"),
        lambda api: api.delete_message(GUEST, "A"),
    ],
)
def test_what_green_api_does_not_know_cannot_be_corrected(
    http: responses.RequestsMock, api: GreenApi, call: Callable[[GreenApi], object]
) -> None:
    for method in ("editMessage", "deleteMessage"):
        http.post(url_of(api, method), body="ID message notfound", status=400)
    http.assert_all_requests_are_fired = False
    with pytest.raises(Refused) as caught:
        call(api)
    assert caught.value.code == "not_found"


REFUSED: list[tuple[str, Callable[[GreenApi], object]]] = [
    ("invalid_place", lambda api: api.send_location(GUEST, 90.1, 0)),
    ("invalid_place", lambda api: api.send_location(GUEST, 0, -180.1)),
    ("invalid_place", lambda api: api.send_location(GUEST, float("nan"), 0)),
    ("invalid_place", lambda api: api.send_location(GUEST, 0, float("inf"))),
    ("invalid_phone", lambda api: api.send_contact(GUEST, "+34910000000", first_name="Ana")),
    ("invalid_phone", lambda api: api.send_contact(GUEST, "0910000000", first_name="Ana")),
    ("invalid_phone", lambda api: api.send_contact(GUEST, "3" * 16, first_name="Ana")),
    ("invalid_phone", lambda api: api.send_contact(GUEST, "٣٤٩١٠٠٠٠٠", first_name="Ana")),
    ("nameless_contact", lambda api: api.send_contact(GUEST, "34910000000", first_name=" ")),
    ("invalid_poll", lambda api: api.send_poll(GUEST, " ", ["8", "9"])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "x" * 256, ["8", "9"])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "When?", ["8"])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "When?", [str(n) for n in range(13)])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "When?", ["8", "8 "])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "When?", ["8", " "])),
    ("invalid_poll", lambda api: api.send_poll(GUEST, "When?", ["8", "9" * 101])),
    ("nothing_to_forward", lambda api: api.forward_messages(GUEST, GUEST, [])),
    ("nothing_to_forward", lambda api: api.forward_messages(GUEST, GUEST, ["A", ""])),
    ("invalid_chat", lambda api: api.forward_messages(GUEST, "status@broadcast", ["A"])),
    ("invalid_chat", lambda api: api.send_poll("12@newsletter", "When?", ["8", "9"])),
    ("invalid_chat", lambda api: api.delete_message("status@broadcast", "A")),
    ("empty_message", lambda api: api.edit_message(GUEST, "A", "\n")),
    ("message_too_long", lambda api: api.edit_message(GUEST, "A", "x" * 20_001)),
    ("untyped_file", lambda api: api.send_file_by_url(GUEST, "https://x/y", "menu")),
    ("untyped_file", lambda api: api.send_file_by_url(GUEST, "https://x/y", ".pdf")),
    ("untyped_file", lambda api: api.send_file_by_upload(GUEST, io.BytesIO(b"x"), "menu.")),
    ("untyped_file", lambda api: api.upload_file(io.BytesIO(b"x"), " ", "image/png")),
    ("empty_file", lambda api: api.upload_file(io.BytesIO(b""), "a.png", "image/png")),
    ("empty_file", lambda api: api.send_file_by_upload(GUEST, io.BytesIO(b""), "a.png")),
    (
        "caption_too_long",
        lambda api: api.send_file_by_url(GUEST, "https://x/y", "a.png", caption="x" * 1025),
    ),
    ("invalid_phone", lambda api: api.check_whatsapp("not a number")),
    ("invalid_phone", lambda api: api.check_whatsapp("120363043968066561@g.us")),
]


@pytest.mark.parametrize(("code", "call"), REFUSED)
def test_what_cannot_work_is_refused_without_a_call(
    http: responses.RequestsMock, api: GreenApi, code: str, call: Callable[[GreenApi], object]
) -> None:
    with pytest.raises(Refused) as caught:
        call(api)
    assert caught.value.code == code
    assert not http.calls


def test_a_poll_may_be_as_large_as_documented(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "sendPoll"), json={"idMessage": "1"})
    options = [f"{number:03}" + "x" * 97 for number in range(api.most_options)]
    assert api.send_poll(GUEST, "?" * api.longest_question, options).id_message == "1"
