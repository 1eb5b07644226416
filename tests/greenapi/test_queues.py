"""The two queues: of notifications that are fetched one by one, and of messages that wait to go."""

import pytest
import responses
from responses import matchers

from inbox.greenapi import ChatId, GreenApi, Refused, TryLater
from tests.greenapi.calls import url_of
from tests.greenapi.webhooks import GUEST


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


def test_the_queue_of_green_api_can_be_cleared(http: responses.RequestsMock, api: GreenApi) -> None:
    http.get(url_of(api, "clearMessagesQueue"), json={"isCleared": True})
    assert api.clear_messages_queue()
