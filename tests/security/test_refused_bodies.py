"""Who sends too much is told so, even while still sending: over a real connection."""

import http.client
import json
import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from inbox.security import refused_bodies
from tests.cast.people import Cast
from tests.cast.webhooks import BEARER, DOOR

MEGABYTE = 1024 * 1024


@pytest.fixture
def port(app: Flask, cast: Cast) -> Iterator[int]:
    """A real server."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("megabytes", [5, 30])
@pytest.mark.parametrize("address", [DOOR, "/sign-in"])
def test_the_answer_arrives(port: int, megabytes: int, address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **BEARER}
    connection.request("POST", address, b"x" * (megabytes * MEGABYTE), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 413
    if address == DOOR:
        assert json.loads(text)["error"]["code"] == "too_large"


def test_who_never_stops_is_cut_off(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_bodies, "HEARD_OUT", 8 * MEGABYTE)
    body = BytesIO(b"x" * (20 * MEGABYTE))
    length = {"CONTENT_LENGTH": str(20 * MEGABYTE)}
    answer = app.test_client().post(
        DOOR, input_stream=body, environ_overrides=length, headers=BEARER
    )
    assert answer.status_code == 413
    assert body.tell() == 8 * MEGABYTE
