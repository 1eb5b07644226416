"""GET /api/v1/whatsapp/status/<id>, and the shape of errors at every address under /api/."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Conversation, Message
from tests.cast.people import Cast
from tests.cast.webhooks import assert_error

KEYS = {
    "message_id",
    "status",
    "id_message",
    "queued_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "failure",
}


def status(client: FlaskClient, token: str, message_id: object) -> Any:
    address = f"/api/v1/whatsapp/status/{message_id}"
    return client.get(address, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def sent(client: FlaskClient, token: str) -> int:
    """A message of the Grand Plaza."""
    answer = client.post(
        "/api/v1/whatsapp/send",
        json={"phone": "+44 7700 900318", "message": "Hello"},
        headers={"Authorization": f"Bearer {token}"},
    )
    return int(answer.json["message_id"]) if answer.json else 0


def test_a_queued_message(client: FlaskClient, token: str, sent: int) -> None:
    answer = status(client, token, sent)
    assert answer.status_code == 200
    assert set(answer.json) == KEYS
    assert answer.json["message_id"] == sent
    assert answer.json["status"] == "queued"
    assert datetime.fromisoformat(answer.json["queued_at"]).utcoffset() is not None
    assert [answer.json[key] for key in ("id_message", "sent_at", "failure")] == [None] * 3
    assert "Hello" not in answer.text


def test_a_failure_says_why(client: FlaskClient, token: str, sent: int) -> None:
    message = db.session.get_one(Message, sent)
    message.status, message.failure_code, message.failure_text = "failed", "no_account", "No."
    db.session.commit()
    failure = status(client, token, sent).json["failure"]
    assert failure == {"code": "no_account", "message": "No."}


def test_another_hotels_message_is_not_there(
    client: FlaskClient, other_token: str, sent: int
) -> None:
    theirs = status(client, other_token, sent)
    nobodys = status(client, other_token, 10**9)
    assert_error(theirs, 404, "not_found")
    assert theirs.json == nobodys.json


def test_a_guests_message_has_no_status(
    client: FlaskClient, token: str, guest_writes: Callable[..., Conversation]
) -> None:
    guest_writes("A1")
    incoming_id = db.session.scalars(select(Message.id)).one()
    assert_error(status(client, token, incoming_id), 404, "not_found")


@pytest.mark.parametrize(
    "number", [0, 2**63 - 1, 2**63, 10**30, "9" * 5000, -1, "1.0", "x", "", "1/..", "%00", "1%20"]
)
def test_an_id_that_is_none_is_404(client: FlaskClient, token: str, number: object) -> None:
    assert_error(status(client, token, number), 404, "not_found")


@pytest.mark.parametrize("shown", ["", "wrong"])
def test_without_a_right_token_it_is_401(client: FlaskClient, sent: int, shown: str) -> None:
    assert_error(status(client, shown, sent), 401, "unauthorized")


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1", "/api/v1/", "/api/v1/x", "/api/v2/whatsapp/send",
                "/api/v1/whatsapp", "/api/v1/whatsapp/sendx", "/api/v1/whatsapp/webhook/"]
)  # fmt: skip
def test_an_unknown_address_is_a_json_404(client: FlaskClient, address: str) -> None:
    assert_error(client.get(address), 404, "not_found")
    assert_error(client.post(address, json={}), 404, "not_found")


def test_a_wrong_method_is_a_json_405_that_says_what_is_allowed(client: FlaskClient) -> None:
    for method, address in (
        ("GET", "/api/v1/whatsapp/send"),
        ("DELETE", "/api/v1/whatsapp/send"),
        ("POST", "/api/v1/whatsapp/status/1"),
        ("GET", "/api/v1/whatsapp/webhook"),
    ):
        answer = client.open(address, method=method)
        assert_error(answer, 405, "method_not_allowed")
        assert "OPTIONS" in answer.headers["Allow"]


def test_a_person_still_gets_a_page(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert client.post("/healthz").status_code == 405
