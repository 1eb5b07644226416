"""The journals, one message of them, and the file that belongs to it."""

from datetime import UTC, datetime

import pytest
import responses
from responses import matchers

from inbox.greenapi import Delivery, File, GreenApi, Text, TooLarge, TryLater
from tests.greenapi.calls import body_of, url_of
from tests.greenapi.webhooks import GUEST


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
