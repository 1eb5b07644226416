"""What is asked and how each answer is read."""

import io
import json
from datetime import UTC, datetime

import pytest
import responses
from responses import matchers

from inbox.greenapi import (
    ChatId,
    Delivery,
    File,
    GreenApi,
    Reason,
    Refused,
    State,
    Text,
    TooLarge,
    TryLater,
    from_phone,
)
from tests.greenapi.test_verdicts import url_of

GUEST = "79001234567@c.us"


def body_of(http: responses.RequestsMock, index: int = 0) -> object:
    return json.loads(http.calls[index].request.body or b"")


def test_send_message(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "sendMessage"), json={"idMessage": "BAE5F4886F6F2D05"})
    sent = api.send_message(
        "79001234567:3@c.us", "Ciao 🌊", quoted_message_id="Q1", link_preview=False
    )
    assert sent.id_message == "BAE5F4886F6F2D05"
    assert body_of(http) == {
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
    assert body_of(http) == {"chatId": GUEST, "message": "hi"}


def test_send_file_by_url(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "sendFileByUrl"), json={"idMessage": "F"})
    sent = api.send_file_by_url("1@lid", "https://x/menu.pdf", "menu.pdf", caption="Menu")
    assert sent.id_message == "F"
    assert body_of(http) == {
        "chatId": "1@lid",
        "urlFile": "https://x/menu.pdf",
        "fileName": "menu.pdf",
        "caption": "Menu",
    }


def test_a_file_over_the_limit_is_not_uploaded(
    http: responses.RequestsMock, api: GreenApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.greenapi.uploads.LARGEST_FILE", 10)
    with pytest.raises(TooLarge):
        api.send_file_by_upload(GUEST, io.BytesIO(b"x" * 11), "a.bin")


@pytest.mark.parametrize("body", ["", "null", " null\n"])
def test_an_empty_queue_is_none(http: responses.RequestsMock, api: GreenApi, body: str) -> None:
    http.get(url_of(api, "receiveNotification"), body=body)
    assert api.receive_notification() is None


def test_408_is_an_empty_queue_too(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "receiveNotification"), status=408)
    assert api.receive_notification() is None


@pytest.mark.parametrize(("asked", "sent"), [(1, "5"), (30, "30"), (900, "60")])
def test_receive_notification(
    http: responses.RequestsMock, api: GreenApi, asked: int, sent: str
) -> None:
    http.get(
        url_of(api, "receiveNotification"),
        json={"receiptId": 1234567, "body": {"typeWebhook": "x"}},
        match=[matchers.query_param_matcher({"receiveTimeout": sent})],
    )
    received = api.receive_notification(asked)
    assert received is not None
    assert (received.receipt_id, received.body) == (1234567, {"typeWebhook": "x"})


def test_a_notification_without_a_body_can_still_be_deleted(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.get(url_of(api, "receiveNotification"), json={"receiptId": 5, "body": None})
    received = api.receive_notification()
    assert received is not None
    assert (received.receipt_id, received.body) == (5, {})


def test_polling_an_instance_with_a_webhook_says_so(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    body = {
        "code": "INVALID_PARAM",
        "message": "Message cannot be received because custom webhook url is set. Go to cabinet",
        "status": "error",
    }
    http.get(url_of(api, "receiveNotification"), json=body, status=400)
    with pytest.raises(Refused) as caught:
        api.receive_notification()
    assert caught.value.code == "webhook_url_set"


@pytest.mark.parametrize(
    ("status", "body", "deleted"),
    [
        (200, '{"result": true}', True),
        (200, '{"result": false, "reason": ""}', False),
        (200, "", True),
        (500, "Cannot read properties of undefined (reading 'findUnAckedMessage')", False),
    ],
)
def test_delete_notification(
    http: responses.RequestsMock, api: GreenApi, status: int, body: str, deleted: bool
) -> None:
    http.delete(url_of(api, "deleteNotification") + "/77", body=body, status=status)
    assert api.delete_notification(77) is deleted


def test_download_file(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "downloadFile"), json={"downloadUrl": "https://x/f.jpg"})
    assert api.download_file(GUEST, "M1") == "https://x/f.jpg"
    assert body_of(http) == {"chatId": GUEST, "idMessage": "M1"}


@pytest.mark.parametrize(("url", "error"), [("", TryLater), ("{{SWE002}}", TooLarge)])
def test_download_file_without_a_file(
    http: responses.RequestsMock, api: GreenApi, url: str, error: type[Exception]
) -> None:
    http.post(url_of(api, "downloadFile"), json={"downloadUrl": url})
    with pytest.raises(error):
        api.download_file(GUEST, "M1")


OUTGOING = {
    "type": "outgoing",
    "idMessage": "OUT1",
    "timestamp": 1706522265,
    "typeMessage": "extendedTextMessage",
    "chatId": GUEST,
    "textMessage": "Your room is ready",
    "extendedTextMessage": {"text": "Your room is ready", "description": "", "title": ""},
    "statusMessage": "delivered",
    "sendByApi": True,
}
INCOMING = {
    "type": "incoming",
    "idMessage": "IN1",
    "timestamp": 1706522300,
    "typeMessage": "audioMessage",
    "chatId": "120363043968066561@g.us",
    "senderId": GUEST,
    "senderName": "Anna",
    "senderContactName": "",
    "downloadUrl": "https://x/v.oga",
    "mimeType": "audio/ogg; codecs=opus",
}


def test_journals_of_both_directions_have_one_shape(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.get(
        url_of(api, "lastOutgoingMessages"),
        json=[OUTGOING, "odd", {"type": "outgoing"}],
        match=[matchers.query_param_matcher({"minutes": "30"})],
    )
    http.get(url_of(api, "lastIncomingMessages"), json=[INCOMING])
    (out,) = api.last_outgoing_messages(30)
    assert (out.id_message, out.status, out.sent_by_api) == ("OUT1", Delivery.DELIVERED, True)
    assert out.content == Text("Your room is ready")
    assert out.timestamp == datetime(2024, 1, 29, 9, 57, 45, tzinfo=UTC)
    (incoming,) = api.last_incoming_messages()
    assert isinstance(incoming.content, File)
    assert (incoming.content.kind, incoming.content.url) == ("voice", "https://x/v.oga")
    assert incoming.sender is not None
    assert (incoming.sender.phone, incoming.sender_name) == ("79001234567", "Anna")
    assert (incoming.chat_id.kind, incoming.status) == ("group", None)


@pytest.mark.parametrize("body", ["", "null", "[]"])
def test_an_empty_journal(http: responses.RequestsMock, api: GreenApi, body: str) -> None:
    http.post(url_of(api, "getChatHistory"), body=body)
    assert api.get_chat_history(GUEST, 10) == []
    assert body_of(http) == {"chatId": GUEST, "count": 10}


@pytest.mark.parametrize("wrapped", [False, True])
def test_get_message_bare_or_wrapped(
    http: responses.RequestsMock, api: GreenApi, wrapped: bool
) -> None:
    http.post(url_of(api, "getMessage"), json={"message": OUTGOING} if wrapped else OUTGOING)
    message = api.get_message(GUEST, "OUT1")
    assert message is not None
    assert message.status is Delivery.DELIVERED


@pytest.mark.parametrize("said", ["chatId not found", "ID message notfound"])
def test_a_message_that_the_journal_does_not_know_is_none(
    http: responses.RequestsMock, api: GreenApi, said: str
) -> None:
    http.post(url_of(api, "getMessage"), json={"message": said}, status=400)
    assert api.get_message(GUEST, "X") is None


def test_show_messages_queue(http: responses.RequestsMock, api: GreenApi) -> None:
    body = {"chatId": GUEST, "message": "hi"}
    items = [
        {"messageID": "A", "type": "sendMessage", "body": body},
        {"messagesIDs": ["B", "C"], "type": "ForwardMessages", "body": {}},
        {"type": "sendPoll"},
    ]
    http.get(url_of(api, "showMessagesQueue"), json=items)
    first, second, third = api.show_messages_queue()
    assert (first.id_messages, first.body) == (("A",), body)
    assert first.chat_id == ChatId(GUEST, "person", "79001234567")
    assert (second.id_messages, third.id_messages) == (("B", "C"), ())


def test_get_messages_count(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "getMessagesCount"), json={"count": 3})
    assert api.get_messages_count() == 3


def test_get_webhooks_count(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "getWebhooksCount"), json={"count": 412})
    assert api.get_webhooks_count() == 412


def test_a_count_that_is_no_number_is_not_taken_for_zero(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.get(url_of(api, "getWebhooksCount"), json={"count": None})
    with pytest.raises(TryLater):
        api.get_webhooks_count()


def test_settings(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "getSettings"), json={"webhookUrl": "", "incomingWebhook": "yes"})
    http.post(url_of(api, "setSettings"), json={"saveSettings": True})
    assert api.get_settings().is_on("incomingWebhook")
    assert api.set_settings({"incomingWebhook": True, "outgoingWebhook": False, "autoTyping": 3})
    assert body_of(http, 1) == {
        "incomingWebhook": "yes",
        "outgoingWebhook": "no",
        "autoTyping": 3,
    }


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        ("authorized", State.AUTHORIZED, None),
        ("notAuthorized", State.NOT_AUTHORIZED, Reason.NOT_AUTHORIZED),
        ("yellowCard", State.SUSPENDED, Reason.SUSPENDED),
        ("suspended", State.SUSPENDED, Reason.SUSPENDED),
        ("blocked", State.BLOCKED, Reason.BLOCKED),
        ("sleepMode", State.SLEEPING, Reason.SLEEPING),
        ("starting", State.STARTING, Reason.STARTING),
        ("pendingCode", State.PENDING_CODE, Reason.NOT_AUTHORIZED),
        ("aNewWord", State.UNKNOWN, None),
    ],
)
def test_get_state_instance(
    http: responses.RequestsMock, api: GreenApi, said: str, state: State, reason: Reason | None
) -> None:
    http.get(url_of(api, "getStateInstance"), json={"stateInstance": said})
    answer = api.get_state_instance()
    assert (answer.state, answer.reason, answer.raw) == (state, reason, said)
    assert answer.can_send is (reason is None)


def test_qr(http: responses.RequestsMock, api: GreenApi) -> None:
    for body in (
        {"type": "qrCode", "message": "iVBORw0KGgo="},
        {"type": "alreadyLogged", "message": "instance account already authorized"},
        {"type": "error", "message": "try later"},
    ):
        http.get(url_of(api, "qr"), json=body)
    assert api.qr().image == "iVBORw0KGgo="
    assert api.qr().is_linked
    failed = api.qr()
    assert (failed.image, failed.is_linked, failed.message) == ("", False, "try later")


def test_reboot(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "reboot"), json={"isReboot": True})
    assert api.reboot()


def test_check_whatsapp_old_and_new_answers(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "checkWhatsapp"), json={"existsWhatsapp": False})
    http.post(
        url_of(api, "checkWhatsapp"),
        json={"existsWhatsapp": True, "chatId": "26440190443@lid", "phoneNumber": GUEST},
    )
    assert not api.check_whatsapp("79001234567").exists
    assert body_of(http, 0) == {"phoneNumber": 79001234567}
    found = api.check_whatsapp("26440190443@lid")
    assert body_of(http, 1) == {"chatId": "26440190443@lid"}
    assert found.exists
    assert found.lid is not None
    assert found.phone_chat_id is not None
    assert found.phone_chat_id.phone == "79001234567"


def test_contact_info_avatar_and_read_chat(http: responses.RequestsMock, api: GreenApi) -> None:
    http.post(url_of(api, "getContactInfo"), json={"chatId": GUEST, "name": "A", "avatar": None})
    http.post(url_of(api, "getAvatar"), json={"urlAvatar": "", "available": False})
    http.post(url_of(api, "readChat"), json={"setRead": True, "invokeStatus": {"used": 1}})
    info = api.get_contact_info(GUEST)
    assert (info.name, info.avatar_url, info.is_business) == ("A", "", False)
    assert not api.get_avatar(GUEST).available
    assert api.read_chat(GUEST, "M1")
    assert body_of(http, 2) == {"chatId": GUEST, "idMessage": "M1"}


@pytest.mark.parametrize(
    ("told", "on"),
    [
        ({"isDisappearing": True, "messageExpiration": 604800}, True),
        ({"isDisappearing": True}, True),
        ({"messageExpiration": "86400"}, True),
        ({"isDisappearing": False, "messageExpiration": 0}, False),
        ({"isDisappearing": None, "messageExpiration": None}, False),
        ({"isDisappearing": {}, "messageExpiration": [7]}, False),
        ({}, False),
    ],
)
def test_whether_a_chats_messages_disappear(
    http: responses.RequestsMock, api: GreenApi, told: dict[str, object], on: bool
) -> None:
    http.post(url_of(api, "getContactInfo"), json={"chatId": GUEST, **told})
    assert api.get_contact_info(GUEST).is_disappearing is on


@pytest.mark.parametrize("body", ["", "null", "<html>hotel wifi</html>", "[]", '"x"', "12", '{"a"'])
def test_an_unreadable_answer_to_a_look_up_is_for_later(
    http: responses.RequestsMock, api: GreenApi, body: str
) -> None:
    http.get(url_of(api, "getStateInstance"), body=body)
    with pytest.raises(TryLater) as caught:
        api.get_state_instance()
    assert caught.value.code == "unreadable_answer"


def test_texts_with_unsendable_characters_do_not_crash(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    http.post(url_of(api, "sendMessage"), json={"idMessage": "1"})
    assert api.send_message(GUEST, "half an emoji \ud83d").id_message == "1"
    assert body_of(http) == {"chatId": GUEST, "message": "half an emoji \ufffd"}
