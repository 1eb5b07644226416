"""Posting to the webhook door as Green API does."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

from tests.cast.people import WEBHOOK_TOKEN

DOOR = "/api/v1/whatsapp/webhook"
BEARER = {"Authorization": f"Bearer {WEBHOOK_TOKEN}"}


def post(
    client: FlaskClient, body: object, headers: Mapping[str, str] | None = None, **more: Any
) -> Any:
    """Post a body (bytes as they are, anything else as JSON), with the right token unless told."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    shown = dict(BEARER if headers is None else headers)
    more.setdefault("content_type", "application/json")
    return client.post(DOOR, data=raw, headers=shown, **more)


def signature(raw: bytes, secret: str) -> str:
    """The hex HMAC-SHA256 of a body."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def assert_error(answer: Any, status: int, code: str) -> None:
    """The one shape of an error."""
    assert answer.status_code == status, answer.text
    assert answer.is_json, answer.text
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "fields"}
    assert answer.json["error"]["code"] == code
    assert answer.json["error"]["message"]
    assert isinstance(answer.json["error"]["fields"], dict)
