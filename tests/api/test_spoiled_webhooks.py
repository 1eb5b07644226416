"""Whatever stands in a webhook: it is answered 200, and its bytes are kept (P4)."""

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import WebhookEvent
from tests.cast.guest import incoming
from tests.cast.rows import count
from tests.cast.webhooks import post

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from(
        ["1101000001", "A1", "447700900318@c.us", "textMessage", "incomingMessageReceived"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, child in value.items():
            found += _paths(child, (*path, key))
    return found


TEMPLATES: list[dict[str, Any]] = [
    incoming("A1"),
    incoming("A1", typeWebhook="outgoingMessageReceived"),
    incoming("A1", typeWebhook="outgoingAPIMessageReceived"),
    incoming(
        "A1",
        messageData={
            "typeMessage": "quotedMessage",
            "extendedTextMessageData": {"text": "Yes", "stanzaId": "Z1", "participant": "1@c.us"},
            "quotedMessage": {"stanzaId": "Z1", "typeMessage": "textMessage", "textMessage": "?"},
        },
    ),
    incoming(
        "A1",
        messageData={
            "typeMessage": "imageMessage",
            "fileMessageData": {
                "downloadUrl": "https://example.com/a.jpg",
                "caption": "c",
                "fileName": "a.jpg",
                "mimeType": "image/jpeg",
            },
        },
    ),
    incoming(
        "A1",
        messageData={
            "typeMessage": "locationMessage",
            "locationMessageData": {
                "nameLocation": "n",
                "address": "a",
                "latitude": 1.5,
                "longitude": 2,
            },
        },
    ),
    {
        "typeWebhook": "outgoingMessageStatus",
        "chatId": "447700900318@c.us",
        "instanceData": {"idInstance": 1101000001},
        "timestamp": 1_763_000_000,
        "idMessage": "A1",
        "status": "delivered",
        "sendByApi": True,
    },
    {
        "typeWebhook": "stateInstanceChanged",
        "instanceData": {"idInstance": 1101000001},
        "timestamp": 1_763_000_000,
        "stateInstance": "authorized",
    },
]


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """A real notification in which some places hold anything at all."""
    body: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(TEMPLATES))))
    paths = [path for path in _paths(body) if path[0] != "instanceData"]
    for path in draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3)):
        place: Any = body
        for key in path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[path[-1]] = draw(JSON_VALUES)
    return body


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=spoiled())
def test_no_body_is_lost_or_an_error(client: FlaskClient, body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    before = count(WebhookEvent)
    db.session.rollback()
    answer = post(client, raw)
    assert answer.status_code == 200, answer.text
    db.session.rollback()
    kept = count(WebhookEvent) - before
    assert kept == (0 if answer.json["status"] == "duplicate" else 1)
    error = db.session.scalars(select(WebhookEvent.error).order_by(WebhookEvent.id.desc())).first()
    assert "Lobby has a fault" not in (error or ""), error


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_are_an_error(client: FlaskClient, raw: bytes) -> None:
    assert post(client, raw).status_code == 200
