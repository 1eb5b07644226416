"""POST /api/v1/whatsapp/send: what a program of the hotel may and may not do."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inbox import clock
from inbox.extensions import db
from inbox.models import ApiToken, AuditEntry, Conversation, Guest, Instance, Message
from tests.cast.people import Cast
from tests.cast.webhooks import assert_error

SEND = "/api/v1/whatsapp/send"
PHONE = "+44 7700 900318"


def send(client: FlaskClient, token: str, order: Any = None, **more: Any) -> Any:
    order = {"phone": PHONE, "message": "Hello"} if order is None else order
    return client.post(SEND, json=order, headers={"Authorization": f"Bearer {token}"}, **more)


def send_raw(client: FlaskClient, token: str, raw: bytes, kind: str = "application/json") -> Any:
    return client.post(
        SEND, data=raw, headers={"Authorization": f"Bearer {token}"}, content_type=kind
    )


def messages() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_a_text_is_queued_once_and_recorded(client: FlaskClient, cast: Cast, token: str) -> None:
    answer = send(client, token)
    assert answer.status_code == 202
    (message,) = messages()
    assert answer.json == {"message_id": message.id, "status": "queued"}
    assert (message.hotel_id, message.body, message.status) == (cast.hotel_id, "Hello", "queued")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "message.send")).one()
    assert entry.actor.startswith("token:")
    assert "Hello" not in json.dumps(entry.detail)


@pytest.mark.parametrize(
    "shown",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer lobby_",
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer Bearer {token}",
        "Bearer {upper}",
        "Bearer \xff\xe9",
    ],
)
def test_without_a_right_token_it_is_401(
    client: FlaskClient, token: str, shown: str | None
) -> None:
    said = None if shown is None else shown.format(token=token, upper=token.upper())
    headers = {} if said is None else {"Authorization": said}
    answer = client.post(SEND, json={"phone": PHONE, "message": "Hello"}, headers=headers)
    assert_error(answer, 401, "unauthorized")
    assert token not in answer.text
    assert messages() == []


def test_a_revoked_token_is_401(client: FlaskClient, token: str) -> None:
    db.session.scalars(select(ApiToken)).one().revoked_at = clock.now()
    db.session.commit()
    assert_error(send(client, token), 401, "unauthorized")


def test_a_signed_in_person_is_not_a_program(alice: FlaskClient) -> None:
    answer = alice.post(SEND, json={"phone": PHONE, "message": "Hello"})
    assert_error(answer, 401, "unauthorized")


def test_no_csrf_token_is_asked_for(app: Flask, client: FlaskClient, token: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(client, token).status_code == 202


def test_the_same_client_ref_is_the_same_message(client: FlaskClient, token: str) -> None:
    order = {"phone": PHONE, "message": "Hello", "client_ref": "booking-7"}
    first, second = send(client, token, order), send(client, token, order)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert len(messages()) == 1


@pytest.mark.parametrize("change", [{"message": "Another"}, {"phone": "+44 7700 900319"}])
def test_one_client_ref_for_two_messages_is_a_conflict(
    client: FlaskClient, token: str, change: dict[str, str]
) -> None:
    order = {"phone": PHONE, "message": "Hello", "client_ref": "booking-7"}
    send(client, token, order)
    assert_error(send(client, token, order | change), 409, "conflict")
    assert len(messages()) == 1
    assert db.session.scalar(select(func.count()).select_from(Guest)) == 1


def test_hotels_do_not_share_client_refs(client: FlaskClient, token: str, other_token: str) -> None:
    order = {"phone": PHONE, "message": "Hello", "client_ref": "booking-7"}
    ids = {send(client, one, order).json["message_id"] for one in (token, other_token)}
    assert len(ids) == 2


def test_a_phone_number_and_its_chat_id_are_one_conversation(
    client: FlaskClient, token: str
) -> None:
    for recipient in ({"phone": PHONE}, {"chat_id": "447700900318@c.us"}):
        assert send(client, token, {**recipient, "message": "Hello"}).status_code == 202
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_a_guest_is_answered_in_their_conversation(
    client: FlaskClient, token: str, guest_writes: Callable[..., Conversation]
) -> None:
    conversation = guest_writes("A1")
    order = {
        "guest_id": conversation.guest_id,
        "message": "Hello",
        "hotel_id": conversation.hotel_id,
    }
    assert send(client, token, order).status_code == 202
    assert messages()[-1].conversation_id == conversation.id


def test_another_hotels_guest_is_not_there(
    client: FlaskClient, other_token: str, guest_writes: Callable[..., Conversation]
) -> None:
    guest_id = guest_writes("A1").guest_id
    order = {"guest_id": guest_id, "message": "Hello"}
    assert_error(send(client, other_token, order), 404, "not_found")
    assert_error(send(client, other_token, order | {"guest_id": 99999}), 404, "not_found")
    assert [message.direction for message in messages()] == ["in"]


def test_another_hotels_id_is_refused(client: FlaskClient, cast: Cast, token: str) -> None:
    order = {"phone": PHONE, "message": "Hello", "hotel_id": cast.other_hotel_id}
    answer = send(client, token, order)
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"hotel_id"}
    assert messages() == []


def test_a_hotel_without_a_number_says_so(client: FlaskClient, cast: Cast, token: str) -> None:
    db.session.execute(db.delete(Instance).where(Instance.hotel_id == cast.hotel_id))
    db.session.commit()
    assert_error(send(client, token), 409, "conflict")


ODD: list[Any] = [None, 7, 1.5, True, [], {}, ["x"], {"a": 1}]
BAD_VALUES: dict[str, list[Any]] = {
    "message": [*ODD, "", "  \n ", "x" * 20_001, "\ud800", "a\0b"],
    "phone": [*ODD[1:], "", "x", "123", "+0 123", "٣" * 3, "1" * 400, "\ud800", "1@g.us", "\0"],
    "client_ref": [*ODD[1:], "", "x" * 101, "a\nb", "\0", "\ud800"],
    "hotel_id": ["1", 1.0, True, [], {}, 0, -1, 10**30, 999],
}
BAD_FIELDS = [(field, value) for field, values in BAD_VALUES.items() for value in values]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS, ids=lambda part: repr(part)[:24])
def test_a_bad_field_is_named(client: FlaskClient, token: str, field: str, value: Any) -> None:
    answer = send(client, token, {"phone": PHONE, "message": "Hello", field: value})
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert messages() == []


@pytest.mark.parametrize(
    "value",
    [*ODD[1:], "", "x", "@c.us", "447700900318", "447700900318@s.whatsapp.net", "status@broadcast",
     "1@newsletter", "1" * 500 + "@c.us", "\ud800@c.us", "447700900318@C.US", "1@c.us\n1"],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_a_bad_chat_id_is_named(client: FlaskClient, token: str, value: Any) -> None:
    answer = send(client, token, {"chat_id": value, "message": "Hello"})
    assert_error(answer, 422, "invalid")
    assert "chat_id" in answer.json["error"]["fields"]


@pytest.mark.parametrize("value", ["1", 1.0, True, [], {}, 0, -1, 2**63, 10**30])
def test_a_bad_guest_id_is_named(client: FlaskClient, token: str, value: Any) -> None:
    answer = send(client, token, {"guest_id": value, "message": "Hello"})
    assert_error(answer, 422, "invalid")
    assert "guest_id" in answer.json["error"]["fields"]


@pytest.mark.parametrize(
    "recipients",
    [{}, {"phone": PHONE, "guest_id": 1}, {"phone": PHONE, "chat_id": "447700900318@c.us"}],
)
def test_exactly_one_recipient_is_asked_for(
    client: FlaskClient, token: str, recipients: dict[str, Any]
) -> None:
    answer = send(client, token, {"message": "Hello", **recipients})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"chat_id", "phone", "guest_id"}


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "bad_request"),
        (b"{", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b'"x"', 400, "bad_request"),
        (b"null", 400, "bad_request"),
        (b"[" * 100_000, 400, "bad_request"),
        (b'{"a":' * 50_000, 400, "bad_request"),
        (b'{"guest_id": ' + b"1" * 5000 + b"}", 400, "bad_request"),
        (b'{"guest_id": NaN, "message": "x"}', 422, "invalid"),
        (b'{"message": "' + b"x" * 300_000 + b'"}', 413, "too_large"),
        (b'{"message": "' + b"x" * 2_000_000 + b'"}', 413, "too_large"),
    ],
    ids=lambda part: repr(part)[:24],
)
def test_a_body_that_is_no_order(
    client: FlaskClient, token: str, raw: bytes, status: int, code: str
) -> None:
    assert_error(send_raw(client, token, raw), status, code)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_415(client: FlaskClient, token: str, kind: str) -> None:
    raw = json.dumps({"phone": PHONE, "message": "Hello"}).encode()
    assert_error(send_raw(client, token, raw, kind), 415, "not_json")


def test_20_000_characters_of_any_script_fit(client: FlaskClient, token: str) -> None:
    order = {"phone": PHONE, "message": "😀" * 20_000}
    assert send(client, token, order).status_code == 202


def test_a_fault_of_ours_is_500_in_the_same_shape_and_tells_nothing(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> int:
        raise KeyError("a guest's secret words")

    monkeypatch.setattr("inbox.services.replies.program_messages.send", fault)
    answer = send(client, token)
    assert_error(answer, 500, "internal")
    assert "secret" not in answer.text
