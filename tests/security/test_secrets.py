"""What no log and no error tells: tokens, passwords and guests' words (D13)."""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inbox import clock
from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Guest, Instance, Message, WebhookEvent
from inbox.services.intake import receiving
from inbox.services.lines import instances
from inbox.services.outbox import outbox, sending, settlement
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.people import PASSWORD, WEBHOOK_TOKEN, Cast
from tests.cast.provider import TOKEN, url
from tests.cast.webhooks import DOOR

WORDS = "My safe code is 4711"
PHONE = "447700900318"
PATIENCE = SendTimings(lease=timedelta(seconds=60), settle=timedelta(seconds=0))


@pytest.fixture
def talk(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged by anybody, at every level, with tracebacks."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "werkzeug", "inbox", "sqlalchemy", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    formatter = logging.Formatter("%(name)s %(message)s")

    def everything() -> str:
        return "\n".join(formatter.format(record) + repr(record.args) for record in caplog.records)

    return everything


def assert_discreet(text: str) -> None:
    text = re.sub(r"\b0x[0-9a-f]+\b", "", text)  # where an object lies may look like a safe's code
    for secret in (TOKEN, WEBHOOK_TOKEN, PASSWORD, WORDS, "4711", PHONE, "Lucía"):
        assert secret not in text, secret


ANSWERS: list[tuple[str, object]] = [
    ("accepted", {"json": {"idMessage": "B1"}}),
    ("refused", {"status": 400, "json": {"path": f"/waInstance1/x/{TOKEN}", "message": WORDS}}),
    ("limited", {"status": 429}),
    ("forbidden", {"status": 403, "body": f"token {TOKEN}"}),
    ("broken", {"status": 500, "body": f"<html>{TOKEN} {WORDS}</html>"}),
    ("odd", {"body": b"\xff\xfe"}),
    ("silent", {"body": requests.ReadTimeout(f"/waInstance1/sendMessage/{TOKEN} {WORDS}")}),
    ("away", {"body": requests.ConnectionError(f"/waInstance1/sendMessage/{TOKEN} {WORDS}")}),
]  # fmt: skip


@responses.activate
@pytest.mark.parametrize(("what", "answer"), ANSWERS, ids=[what for what, _ in ANSWERS])
def test_sending_tells_nothing_however_it_ends(
    cast: Cast,
    guest_writes: Callable[..., Conversation],
    talk: Callable[[], str],
    what: str,
    answer: dict[str, Any],
) -> None:
    conversation = guest_writes("A1", WORDS)
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, WORDS, "r1")
    responses.post(url("sendMessage"), **answer)
    responses.get(url("lastOutgoingMessages"), status=500)
    sending.drain(cast.instance_id, PATIENCE)
    settlement.settle(cast.instance_id)
    assert len(responses.calls) >= 1
    assert_discreet(talk())
    db.session.rollback()
    message = db.session.scalars(select(Message).where(Message.direction == "out")).one()
    assert_discreet(message.failure_text + message.failure_code)
    entries = db.session.scalars(select(AuditEntry)).all()
    assert_discreet(json.dumps([entry.detail for entry in entries], ensure_ascii=False))


def test_a_real_connection_that_fails_tells_nothing(
    cast: Cast, guest_writes: Callable[..., Conversation], talk: Callable[[], str]
) -> None:
    """Nobody answers at the discard port: the real transport, its real exceptions and logs."""
    conversation = guest_writes("A1", WORDS)
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, WORDS, "r1")
    sending.drain(cast.instance_id, PATIENCE)
    assert "not accepted" in talk()
    assert_discreet(talk())


def test_a_fault_while_sending_tells_nothing(
    cast: Cast,
    guest_writes: Callable[..., Conversation],
    talk: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of ours reaches RQ as an exception: its text and the claim's repr are discreet."""
    conversation = guest_writes("A1", WORDS)
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, WORDS, "r1")
    claim = outbox.claim(cast.instance_id, timedelta(seconds=60))
    assert claim is not None
    assert WORDS not in repr(claim)
    instance = db.session.get_one(Instance, cast.instance_id)
    for shown in (repr(instance), repr(instances.client(cast.instance_id))):
        assert TOKEN not in shown


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body,
        lambda body: body | {"typeWebhook": WORDS},
        lambda body: body | {"senderData": {"chatId": WORDS, "senderName": WORDS}},
        lambda body: body | {"messageData": WORDS},
        lambda body: [WORDS],
        lambda body: WORDS,
    ],
)
def test_receiving_tells_nothing(
    app: Flask, cast: Cast, talk: Callable[[], str], spoil: Callable[[object], object]
) -> None:
    raw = json.dumps(spoil(incoming("A1", WORDS)))
    client = app.test_client()
    for token in (WEBHOOK_TOKEN, "wrong-" + PASSWORD, ""):
        answer = client.post(DOOR, data=raw, headers={"Authorization": token})
        assert answer.status_code in (200, 401)
        assert_discreet(answer.text)
    assert_discreet(talk())
    error = db.session.scalars(select(WebhookEvent.error)).one()
    assert_discreet(error)


def test_a_fault_while_receiving_tells_nothing(
    app: Flask, cast: Cast, talk: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> str:
        raise ValueError(WORDS)

    monkeypatch.setattr("inbox.services.intake.intake.apply", fault)
    receiving.receive(cast.instance_id, json.dumps(incoming("A1", WORDS)).encode())
    assert "quarantined" in talk()
    assert_discreet(talk())


def test_a_fault_of_the_database_quotes_no_parameter(app: Flask, cast: Cast) -> None:
    db.session.add(Guest(hotel_id=10**6, name=WORDS, phone=PHONE, created_at=clock.now()))
    with pytest.raises(IntegrityError) as told:
        db.session.flush()
    db.session.rollback()
    assert_discreet(str(told.value))


def test_signing_in_tells_nothing(app: Flask, alice: FlaskClient, talk: Callable[[], str]) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD + "x"})
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    with client.session_transaction() as session:
        token = session["_user_id"]
    assert_discreet(talk())
    assert token not in talk()
