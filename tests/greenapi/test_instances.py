"""An instance: its settings, its state and the phone that it is linked to."""

import pytest
import responses

from inbox.greenapi import GreenApi, Reason, State, TryLater
from tests.greenapi.calls import body_of, url_of
from tests.greenapi.webhooks import GUEST


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


@pytest.mark.parametrize("body", ["", "null", "<html>hotel wifi</html>", "[]", '"x"', "12", '{"a"'])
def test_an_unreadable_answer_to_a_look_up_is_for_later(
    http: responses.RequestsMock, api: GreenApi, body: str
) -> None:
    http.get(url_of(api, "getStateInstance"), body=body)
    with pytest.raises(TryLater) as caught:
        api.get_state_instance()
    assert caught.value.code == "unreadable_answer"


def test_the_linked_phone_and_its_suspension(http: responses.RequestsMock, api: GreenApi) -> None:
    linked = {"phone": "34910000001", "stateInstance": "suspended", "suspendedUntil": 1790000000}
    http.get(url_of(api, "getWaSettings"), json={**linked, "chatId": GUEST})
    http.get(url_of(api, "getWaSettings"), json={**linked, "suspendedUntil": "soon"})
    http.get(url_of(api, "getWaSettings"), json={"phone": "", "stateInstance": "notAuthorized"})
    http.get(url_of(api, "getWaSettings"), json={"phone": ""})
    first, second, third = (api.get_wa_settings() for _ in range(3))
    assert first.suspended_until is not None
    assert (first.suspended_until.year, first.chat_id and first.chat_id.canonical) == (2026, GUEST)
    assert second.chat_id is not None
    assert (second.chat_id.phone, second.suspended_until) == ("34910000001", None)
    assert (third.chat_id, third.state.can_send) == (None, False)
    with pytest.raises(TryLater):
        api.get_wa_settings()
