"""Secrets at rest, and what is told nowhere: tokens, passwords and guests' words (D13)."""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import responses
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from inbox import clock
from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import ApiToken, AuditEntry, Conversation, Guest, Instance, Message, WebhookEvent
from inbox.services.hotels import api_tokens
from inbox.services.intake import receiving
from inbox.services.lines import connection, instances
from inbox.services.outbox import outbox, sending, settlement
from inbox.vault.secrets import SecretUnreadable, Vault, digest, new_token
from inbox.vault.secrets import vault as inbox_vault
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.people import API_URL, PASSWORD, WEBHOOK_TOKEN, Cast

DOOR = "/api/v1/whatsapp/webhook"
TOKEN = "0" * 50
WORDS = "My safe code is 4711"
PHONE = "447700900318"
OLD, NEW = ("old", b"o" * 16 + bytes(16)), ("new", b"n" * 16 + bytes(16))
WHERE: dict[str, Any] = {"hotel_id": 1, "id_instance": 2, "column": "token"}


def vault(*keys: tuple[str, bytes]) -> Vault:
    made = Vault()
    made.bind(keys)
    return made


def read(ring: Vault, sealed: bytes, **moved: Any) -> str | None:
    """What the vault reads of a row that holds these bytes."""
    place = WHERE | moved
    row = SimpleNamespace(**{f"{place.pop('column')}_sealed": sealed}, **place)
    return ring.open(row, (WHERE | moved)["column"])


class TestVault:
    """AES-256-GCM, bound to the place where the secret stands."""

    def test_what_is_sealed_opens_and_shows_nothing(self) -> None:
        sealed = vault(NEW).seal("a secret", **WHERE)
        assert b"secret" not in sealed
        assert read(vault(NEW), sealed) == "a secret"

    def test_it_is_sealed_anew_each_time(self) -> None:
        assert vault(NEW).seal("a", **WHERE) != vault(NEW).seal("a", **WHERE)

    @pytest.mark.parametrize(
        "moved",
        [
            {"hotel_id": 2},
            {"id_instance": 3},
            {"column": "webhook_token"},
            {"hotel_id": 12, "id_instance": 0},
        ],
    )
    def test_it_does_not_open_anywhere_else(self, moved: dict[str, Any]) -> None:
        sealed = vault(NEW).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable) as told:
            read(vault(NEW), sealed, **moved)
        assert "a secret" not in str(told.value)

    @pytest.mark.parametrize("at", [0, 2, 5, 12, 20, -1])
    def test_a_changed_bit_is_noticed(self, at: int) -> None:
        sealed = bytearray(vault(NEW).seal("a secret", **WHERE))
        sealed[at] ^= 1
        with pytest.raises(SecretUnreadable):
            read(vault(NEW), bytes(sealed))

    @pytest.mark.parametrize("sealed", [b"", b"new", b"new\0", b"new\0short", b"\0" * 40, b"\xff"])
    def test_rubbish_does_not_open(self, sealed: bytes) -> None:
        with pytest.raises(SecretUnreadable):
            read(vault(NEW), sealed)

    def test_the_first_key_seals_and_every_key_opens(self) -> None:
        before = vault(OLD).seal("a secret", **WHERE)
        ring = vault(NEW, OLD)
        assert read(ring, before) == "a secret"
        after = ring.seal("a secret", **WHERE)
        assert after.startswith(b"new\0")
        assert read(vault(NEW), after) == "a secret"

    def test_a_key_that_is_gone_is_named(self) -> None:
        sealed = vault(OLD).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable, match="no key named 'old'"):
            read(vault(NEW), sealed)

    def test_another_key_of_the_same_name_does_not_open(self) -> None:
        sealed = vault(OLD).seal("a secret", **WHERE)
        with pytest.raises(SecretUnreadable):
            read(vault(("old", NEW[1])), sealed)


def test_a_stored_secret_does_not_open_in_another_row(cast: Cast) -> None:
    mine = db.session.get_one(Instance, cast.instance_id)
    theirs = db.session.get_one(Instance, cast.other_instance_id)
    theirs.token_sealed = mine.token_sealed
    mine.token_sealed = mine.webhook_token_sealed or b""
    for instance in (mine, theirs):
        with pytest.raises(SecretUnreadable):
            inbox_vault.open(instance, "token")
    db.session.rollback()


@pytest.mark.only_on("sqlite")
def test_no_secret_is_in_the_database_file(app: Flask, cast: Cast) -> None:
    token = api_tokens.add(cast.slug, "booking engine")
    assert db.session.scalars(select(ApiToken.digest)).one() == digest(token)
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    for secret in (token, TOKEN, WEBHOOK_TOKEN, PASSWORD):
        assert secret not in dump
        assert secret.encode().hex() not in dump.lower()


def test_tokens_are_long_and_no_two_are_alike() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43


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
    address = f"{API_URL}/waInstance{cast.id_instance}/sendMessage/{TOKEN}"
    responses.post(address, **answer)
    responses.get(
        f"{API_URL}/waInstance{cast.id_instance}/lastOutgoingMessages/{TOKEN}", status=500
    )
    sending.drain(cast.instance_id, SendTimings(timedelta(seconds=60), timedelta(seconds=0)))
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
    sending.drain(cast.instance_id, SendTimings(timedelta(seconds=60), timedelta(seconds=0)))
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


def test_nothing_is_held_while_the_network_is_awaited(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    """At the moment of each call no transaction is open in this process (D4)."""
    conversation = guest_writes("A1", WORDS)
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, WORDS, "r1")
    db.session.rollback()
    out: list[int] = []

    @event.listens_for(db.engine, "checkout")
    def _out(*_: object) -> None:
        out.append(1)

    @event.listens_for(db.engine, "checkin")
    def _in(*_: object) -> None:
        out.pop()

    held: list[int] = []

    def answer(_request: object) -> tuple[int, dict[str, str], str]:
        held.append(len(out))
        return 200, {}, '{"idMessage": "B1"}'

    with responses.RequestsMock() as provider:
        address = f"{API_URL}/waInstance{cast.id_instance}/sendMessage/{TOKEN}"
        provider.add_callback(responses.POST, address, callback=answer)
        patience = SendTimings(timedelta(seconds=60), timedelta(seconds=0))
        sending.drain(cast.instance_id, patience)
    assert held == [0]


def test_nothing_is_held_while_the_webhook_address_is_set(cast: Cast) -> None:
    held: list[bool] = []

    def answer(_request: object) -> tuple[int, dict[str, str], str]:
        held.append(db.session().in_transaction())
        return 200, {}, '{"saveSettings": true}'

    with responses.RequestsMock() as provider:
        address = f"{API_URL}/waInstance{cast.id_instance}/setSettings/{TOKEN}"
        provider.add_callback(responses.POST, address, callback=answer)
        assert connection.connect(cast.instance_id, "https://desk.example.com") is None
    assert held == [False]
