"""Files that the desk sends are trusted as little as those of guests: a colleague opens them."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from inbox.extensions import db
from inbox.models import Attachment, Conversation
from inbox.services.hotels import api_tokens
from tests.cast.people import Cast
from tests.security.test_files import DISGUISED, SCRIPT, SHOWN, assert_boxed, picture

Sends = Callable[..., TestResponse]


@pytest.fixture
def sends(alice: FlaskClient, bob: FlaskClient, guest_writes: Callable[..., Conversation]) -> Sends:
    """What Bob's browser gets of a file that Alice sent."""
    thread = f"/h/grand-plaza/c/{guest_writes('A1').id}"

    def sent(content: bytes, name: str, claimed: str = "image/jpeg") -> TestResponse:
        data = {"file": (io.BytesIO(content), name, claimed), "client_ref": "r"}
        answer = alice.post(f"{thread}/files", data=data, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text
        attachment_id = db.session.scalars(select(Attachment.id)).one()
        return bob.get(f"/h/grand-plaza/media/{attachment_id}", buffered=True)

    return sent


@pytest.mark.parametrize("name", ["a.jpg", "a.html", "a.svg", "a"])
@pytest.mark.parametrize("what", [one for one in DISGUISED if one != "empty"])
def test_what_could_run_is_saved_and_never_opened(sends: Sends, what: str, name: str) -> None:
    answer = sends(DISGUISED[what], name)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert_boxed(answer)


@pytest.mark.parametrize("mime_type", SHOWN)
def test_a_picture_that_is_a_page_too_is_shown_as_a_picture_in_a_box(
    sends: Sends, mime_type: str
) -> None:
    answer = sends(SHOWN[mime_type] + SCRIPT, "evil.html", "text/html")
    assert answer.mimetype in {"image/png", "image/jpeg", "application/pdf"}
    assert_boxed(answer)


def test_what_is_made_plain_leaves_the_rest_of_the_file_behind(sends: Sends) -> None:
    assert SCRIPT not in sends(picture("WEBP") + SCRIPT, "a.webp").data


def test_the_type_that_the_browser_claims_counts_for_nothing(sends: Sends) -> None:
    answer = sends(SCRIPT, "a.jpg", "image/jpeg")
    assert answer.mimetype == "application/octet-stream"


def test_a_name_cannot_break_the_page(sends: Sends, bob: FlaskClient) -> None:
    sends(b"%PDF-1.4", "<script>alert(1)<script>.pdf", "application/pdf")
    page = bob.get("/h/grand-plaza/c/1").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_may_use_the_microphone_and_nothing_else(alice: FlaskClient) -> None:
    policy = alice.get("/h/grand-plaza/").headers["Permissions-Policy"]
    granted = [one.strip() for one in policy.split(",") if not one.strip().endswith("=()")]
    assert granted == ["microphone=(self)"]
    assert "camera=()" in policy


class Dripping(io.RawIOBase):
    """A body on a slow line; notes how many database connections are out while it comes."""

    def __init__(self, body: bytes) -> None:
        self._body = io.BytesIO(body)
        self.out: list[int] = []

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        self.out.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return self._body.readinto(into)


@pytest.mark.parametrize("by", ["a person", "a program"])
def test_a_body_on_its_way_holds_no_connection_to_the_database(
    app: Flask, cast: Cast, alice: FlaskClient, guest_writes: Callable[..., Conversation], by: str
) -> None:
    thread = f"/h/grand-plaza/c/{guest_writes('A1').id}"
    token = api_tokens.add(cast.slug, "booking engine")
    app.config["WTF_CSRF_ENABLED"] = True  # its guard is who reads the body in truth
    planted = re.search(r'name="csrf_token" value="([^"]+)"', alice.get(thread).text)
    assert planted
    db.session.remove()
    form = {"client_ref": "r", "csrf_token": planted[1]}
    if by == "a program":
        form = {"phone": "+447700900318"}
    file = ("a.pdf", io.BytesIO(b"%PDF-1.7" + b"x" * 200_000), "application/pdf")
    whole = requests.Request("POST", "http://localhost", data=form, files={"file": file}).prepare()
    assert isinstance(whole.body, bytes)
    body = Dripping(whole.body)
    environ = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(len(whole.body)),
        "CONTENT_TYPE": whole.headers["Content-Type"],
    }
    browser, address = (alice, f"{thread}/files")
    headers = {"HX-Request": "true"}
    if by == "a program":
        browser, address = app.test_client(), "/api/v1/whatsapp/messages"
        headers = {"Authorization": f"Bearer {token}"}
    answer = browser.post(address, environ_overrides=environ, headers=headers)
    assert answer.status_code in (200, 201, 202), answer.text
    assert set(body.out) == {0}
