"""Files that the desk sends are trusted as little as those of guests: a colleague opens them."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from inbox.extensions import db
from inbox.models import Attachment, Conversation
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
