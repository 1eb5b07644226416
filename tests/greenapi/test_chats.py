"""What is known of a chat: whether the number has WhatsApp, its name and picture, what was read."""

import pytest
import responses

from inbox.greenapi import GreenApi, GreenApiError
from tests.greenapi.calls import body_of, url_of
from tests.greenapi.webhooks import GUEST


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


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("bad phone number, valid 11 or 12 digits", "invalid_phone"),
        ("check phone number timeout limit exceeded", "check_limit"),
        (
            "Validation failed. Details: Wrong format. 'phoneNumber' must contain only digits",
            "invalid_phone",
        ),
    ],
)
def test_a_number_that_cannot_be_checked_says_why(
    http: responses.RequestsMock, api: GreenApi, said: str, code: str
) -> None:
    http.post(url_of(api, "checkWhatsapp"), json={"message": said}, status=400)
    with pytest.raises(GreenApiError) as caught:
        api.check_whatsapp("79001234567")
    assert caught.value.code == code
