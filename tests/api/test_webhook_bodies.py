"""What the webhook door takes: all that shows the right token, and it keeps all of it (D2, P4)."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Conversation, Instance, Message, WebhookEvent
from inbox.services.lines import instances
from tests.cast.guest import incoming
from tests.cast.people import API_URL, Cast
from tests.cast.rows import count
from tests.cast.webhooks import BEARER, DOOR, assert_error, post

CAP = 4 * 1024 * 1024


def the_event() -> WebhookEvent:
    db.session.rollback()
    return db.session.scalars(select(WebhookEvent)).one()


def with_text(text: str) -> bytes:
    return json.dumps(incoming("A1")).replace("Hello", text).encode()


UNUSABLE = [
    b"",
    b" ",
    b"null",
    b"true",
    b"1",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{}",
    b'{"a": 1}',
    b"{",
    b"{]",
    b"\xff\xfe\x00",
    b"\x00",
    b"<html>502</html>",
    b"[" * 100_000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b"1" * 5000,
    b'{"instanceData": null}',
    b'{"instanceData": []}',
    b'{"instanceData": {"idInstance": null}}',
    b'{"instanceData": {"idInstance": true}}',
    b'{"instanceData": {"idInstance": [1101000001]}}',
    b'{"instanceData": {"idInstance": ""}}',
    b'{"instanceData": {"idInstance": "x"}}',
    b'{"instanceData": {"idInstance": 1101000001.5}}',
    b'{"instanceData": {"idInstance": 1101000001}}',
    json.dumps(incoming("")).encode(),
    json.dumps(incoming("A1")).encode("utf-16"),
    json.dumps(incoming("A1")).encode()[:-1],
    json.dumps(incoming("A1", senderData=None)).encode(),
    json.dumps(incoming("A1", senderData={"chatId": "somebody"})).encode(),
    json.dumps(incoming("x" * 300)).encode(),
]


@pytest.mark.parametrize("raw", UNUSABLE, ids=lambda raw: repr(raw[:40]))
def test_what_cannot_be_used_is_kept_and_answered_200(client: FlaskClient, raw: bytes) -> None:
    answer = post(client, raw)
    assert answer.status_code == 200, answer.text
    assert answer.json == {"status": "quarantined"}
    event = the_event()
    assert (event.body, event.state) == (raw, "quarantined")
    assert event.error


@pytest.mark.parametrize("raw", [b"", b"{", b"{}", b"[]", b"\xff", b"[" * 100_000])
def test_without_the_token_it_is_refused_and_not_kept(client: FlaskClient, raw: bytes) -> None:
    assert_error(post(client, raw, {"Authorization": "wrong"}), 401, "unauthorized")
    assert_error(post(client, raw, {}), 401, "unauthorized")
    assert count(WebhookEvent) == 0


@pytest.mark.parametrize("written", ["1101000001", 1101000001.0, " 1101000001 "])
def test_the_number_may_be_written_in_other_ways(client: FlaskClient, written: Any) -> None:
    body = incoming("A1")
    body["instanceData"]["idInstance"] = written
    assert post(client, body).json == {"status": "applied"}


@pytest.mark.parametrize(
    "written", [1101009999, "1101009999", 0, -1101000001, 10**17, 10**30, 1101009999.0]
)
def test_a_number_that_is_not_linked_is_401_however_written(
    client: FlaskClient, written: Any
) -> None:
    body = incoming("A1")
    body["instanceData"]["idInstance"] = written
    assert_error(post(client, body), 401, "unauthorized")
    assert count(WebhookEvent) == 0


@pytest.mark.parametrize("written", [1101000002, "1101000002", 1101000002.0, " 1101000002"])
def test_a_body_is_filed_under_the_number_it_names_even_if_two_share_a_token(
    client: FlaskClient, cast: Cast, written: Any
) -> None:
    body = incoming("A1")
    body["instanceData"]["idInstance"] = written
    assert post(client, body).status_code == 200
    hotels = set(db.session.scalars(select(Message.hotel_id)))
    assert hotels == {cast.other_hotel_id}


def test_of_a_key_said_twice_one_reading_counts_everywhere(client: FlaskClient, cast: Cast) -> None:
    raw = json.dumps(incoming("A1", id_instance=1101000002)).encode()
    twice = b'{"instanceData": {"idInstance": 1101000001}, ' + raw[1:]
    assert post(client, twice).status_code == 200
    assert set(db.session.scalars(select(WebhookEvent.hotel_id))) == {cast.other_hotel_id}
    assert set(db.session.scalars(select(Message.hotel_id))) == {cast.other_hotel_id}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("NUL \\u0000 inside", "NUL  inside"),
        ("half \\ud83d of an emoji", "half \ufffd of an emoji"),
        ("whole \\ud83d\\ude00 emoji", "whole 😀 emoji"),
        ("\\u202eover\\u202c", "\u202eover\u202c"),
        ("a" * 100_000, "a" * 100_000),
    ],
)
def test_odd_characters_do_no_harm(client: FlaskClient, sent: str, kept: str) -> None:
    assert post(client, with_text(sent)).json == {"status": "applied"}
    assert db.session.scalars(select(Message.body)).one() == kept


@pytest.mark.parametrize("key", ["typeWebhook", "idMessage"])
@pytest.mark.parametrize("value", ["\\ud800", "\\u0000", "x\\ud800\\u0000", "\\ud83d" * 300])
def test_odd_characters_in_keys_of_ours_do_no_harm(
    client: FlaskClient, key: str, value: str
) -> None:
    raw = json.dumps(incoming("A1") | {key: "?"}).replace('"?"', f'"{value}"').encode()
    assert post(client, raw).status_code == 200
    assert the_event().body == raw


def test_two_overlong_ids_are_not_taken_for_one(client: FlaskClient) -> None:
    for ending in ("a", "b"):
        assert post(client, incoming("x" * 299 + ending)).status_code == 200
    states = db.session.scalars(select(WebhookEvent.state)).all()
    assert len(states) == 2
    assert "ignored" not in states


def test_a_long_chat_id_does_not_spill_into_another_chat(client: FlaskClient) -> None:
    for digit in "12":
        body = incoming(f"A{digit}", chat_id="1" * 24 + digit + "@c.us")
        assert post(client, body).status_code == 200
    assert count(Conversation) == 2


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_the_content_type_does_not_matter(client: FlaskClient, content_type: str) -> None:
    answer = post(client, incoming("A1"), content_type=content_type)
    assert answer.json == {"status": "applied"}


def test_a_body_over_the_cap_is_413(client: FlaskClient) -> None:
    assert_error(post(client, b"x" * (CAP + 1)), 413, "too_large")
    assert count(WebhookEvent) == 0


def test_a_body_at_the_cap_is_kept(client: FlaskClient) -> None:
    assert post(client, b"x" * CAP).json == {"status": "quarantined"}


def test_a_chunked_body_is_read(client: FlaskClient) -> None:
    raw = json.dumps(incoming("A1")).encode()
    assert _chunked(client, raw).json == {"status": "applied"}


def test_a_chunked_body_over_the_cap_is_413(client: FlaskClient) -> None:
    assert_error(_chunked(client, b"x" * (CAP + 1)), 413, "too_large")


def _chunked(client: FlaskClient, raw: bytes) -> Any:
    """As gunicorn hands over a body that came without its length."""
    return client.post(
        DOOR,
        input_stream=BytesIO(raw),
        headers={**BEARER, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )


def test_a_secret_that_does_not_open_hurts_its_own_number_only(
    client: FlaskClient, cast: Cast
) -> None:
    broken = db.session.get_one(Instance, cast.instance_id)
    broken.webhook_token_sealed = b"gone\0" + b"0" * 40
    db.session.commit()
    assert post(client, incoming("A1", id_instance=1101000002)).status_code == 200
    assert post(client, b"not json").status_code == 200
    assert_error(post(client, incoming("A1")), 503, "unavailable")


def test_a_number_of_another_hotel_in_the_body_does_not_reach_it(
    client: FlaskClient, cast: Cast
) -> None:
    """The Seaview's token, the Grand Plaza's number: refused, nothing stored anywhere."""
    instances.add(
        cast.other_slug,
        instances.Access(1101000009, "0" * 50, api_url=API_URL, webhook_token="a-token-of-its-own"),
    )
    answer = post(client, incoming("A1"), {"Authorization": "a-token-of-its-own"})
    assert_error(answer, 401, "unauthorized")
    assert count(WebhookEvent) == 0
