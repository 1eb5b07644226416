"""Sending a file from the page: with scripts and without, and what is refused."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from inbox.config import Settings
from inbox.extensions import db
from inbox.models import Attachment, Conversation, Message
from inbox.security import large_bodies
from inbox.services.intake import downloads
from inbox.services.replies import attachments
from tests.cast import recordings
from tests.cast.people import Cast, signed_in

Writes = Callable[..., Conversation]
Post = Callable[..., TestResponse]
HX = {"HX-Request": "true"}
A_FORM = 50_000  # bytes that other addresses take in these tests
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"


@pytest.fixture
def thread_url(guest_writes: Writes) -> str:
    return f"/h/grand-plaza/c/{guest_writes('A1').id}"


@pytest.fixture
def post(alice: FlaskClient, thread_url: str) -> Post:
    """Alice's browser sends this file; with scripts unless told otherwise."""

    def posted(content: bytes = PDF, name: str = "bill.pdf", **more: Any) -> TestResponse:
        client, scripts = more.pop("client", alice), more.pop("scripts", True)
        data = {"file": (io.BytesIO(content), name), "client_ref": "ref-1", **more}
        headers = HX if scripts else {}
        answer: TestResponse = client.post(f"{thread_url}/files", data=data, headers=headers)
        return answer

    return posted


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "JPEG")
    return file.getvalue()


def sent() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.direction == "out")))


def stored(app: Flask) -> int:
    settings: Settings = app.config["LOBBY"]
    return sum(path.is_file() for path in settings.media_dir.rglob("*"))


def test_a_file_is_a_bubble_at_once(post: Post) -> None:
    answer = post(picture(), "pool.jpg", body="The *pool*")
    assert answer.status_code == 200
    assert 'data-client-ref="ref-1"' in answer.text
    assert "<strong>pool</strong>" in answer.text
    assert 'width="800" height="600"' in answer.text
    assert "<html" not in answer.text
    assert re.search(r"tick-\w+", answer.text)


def test_our_own_file_comes_from_our_store_before_green_api_has_it(
    post: Post, alice: FlaskClient
) -> None:
    content = picture()
    post(content, "pool.jpg")
    attachment_id = db.session.scalars(select(Attachment.id)).one()
    address = f"/h/grand-plaza/media/{attachment_id}"
    with alice.get(address) as whole:
        assert (whole.data, whole.mimetype) == (content, "image/jpeg")
    with alice.get(f"{address}/thumb") as thumb:
        assert thumb.mimetype == "image/jpeg"
    with alice.get(address, headers={"Range": "bytes=3-9"}) as part:
        assert (part.status_code, part.data) == (206, content[3:10])


def test_a_recording_is_a_voice_player(post: Post, alice: FlaskClient) -> None:
    answer = post(recordings.recorded("chromium"), "blob", recording="yes")
    assert answer.status_code == 200
    assert 'class="voice-play"' in answer.text
    attachment_id = db.session.scalars(select(Attachment.id)).one()
    with alice.get(f"/h/grand-plaza/media/{attachment_id}", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data, part.mimetype) == (206, b"OggS", "audio/ogg")


def test_without_scripts_the_form_leads_back_to_the_thread(
    post: Post, alice: FlaskClient, thread_url: str
) -> None:
    answer = post(body="Your bill", scripts=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, thread_url)
    page = alice.get(thread_url).text
    assert "bill.pdf" in page
    assert "Your bill" in page


def test_the_page_has_a_form_for_it_without_scripts(alice: FlaskClient, thread_url: str) -> None:
    page = alice.get(thread_url).text
    assert 'type="file"' in page
    assert f'formaction="{thread_url}/files"' in page
    assert 'formenctype="multipart/form-data"' in page


def test_a_second_click_shows_the_same_bubble_and_keeps_one_file(app: Flask, post: Post) -> None:
    assert post().text == post().text
    assert len(sent()) == 1
    assert stored(app) == 1


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no file": ({"name": ""}, "Choose a file first."),
    "empty": ({"content": b""}, attachments.EMPTY),
    "no reference": ({"client_ref": ""}, "client_ref must be"),
    "a long text": ({"body": "x" * 1025}, "at most 1,024 characters"),
    "a strange quote": ({"quoted": "x"}, "cannot be quoted"),
    "no recording": ({"recording": "yes"}, "cannot be read"),
    "webm": ({"content": recordings.film("webm", "libvpx")}, "Save it as MP4"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_sent_is_refused_in_words_and_the_text_is_kept(
    what: str, app: Flask, post: Post
) -> None:
    given, words = REFUSED[what]
    given = {"body": "My text", **given}
    fragment = post(**given)
    assert fragment.status_code == 422
    assert words in fragment.text
    assert "<" not in fragment.text
    page = post(**given, scripts=False)
    assert page.status_code == 422
    assert words in page.text
    assert f">{given['body']}</textarea>" in page.text
    assert (sent(), stored(app)) == ([], 0)


def test_more_than_a_file_may_have_is_413_in_words(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = A_FORM
    monkeypatch.setattr(large_bodies, "LARGEST", 100_000)
    monkeypatch.setattr(downloads, "LARGEST", 100_000)
    assert post(PDF + bytes(90_000)).status_code == 200
    for scripts in (True, False):
        answer = post(bytes(400_000), scripts=scripts, client_ref="ref-2")
        assert answer.status_code == 413
        assert "larger than 100 MB" in answer.text
    assert len(sent()) == 1


def test_other_addresses_take_no_more_than_before(
    app: Flask, alice: FlaskClient, thread_url: str
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = A_FORM
    data = {"file": (io.BytesIO(bytes(2 * A_FORM)), "a.pdf"), "body": "x", "client_ref": "r"}
    assert alice.post(f"{thread_url}/reply", data=data).status_code == 413


def test_a_stranger_at_the_door_uploads_nothing(
    app: Flask, cast: Cast, thread_url: str, post: Post
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["MAX_CONTENT_LENGTH"] = A_FORM
    assert post(bytes(2 * A_FORM), client=app.test_client()).status_code == 413


def test_another_hotel_cannot_send_to_this_guest(
    app: Flask, charlie: FlaskClient, post: Post, thread_url: str
) -> None:
    assert post(client=charlie).status_code == 404
    data = {"file": (io.BytesIO(PDF), "a.pdf"), "client_ref": "r"}
    theirs = thread_url.replace("grand-plaza", "seaview")
    assert charlie.post(f"{theirs}/files", data=data).status_code == 404
    assert (sent(), stored(app)) == ([], 0)


def test_a_file_needs_the_pages_token(app: Flask, thread_url: str) -> None:
    client = signed_in(app, "alice")
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.get(thread_url).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    for token, status in (("", 400), ("wrong", 400), (found[1], 200)):
        data = {"file": (io.BytesIO(PDF), "a.pdf"), "client_ref": "r", "csrf_token": token}
        assert client.post(f"{thread_url}/files", data=data, headers=HX).status_code == status
    assert len(sent()) == 1


def test_a_file_lies_on_the_data_disk_while_it_comes_in(app: Flask) -> None:
    settings: Settings = app.config["LOBBY"]
    with app.test_request_context(
        method="POST", data={"file": (io.BytesIO(bytes(200_000)), "a.bin")}
    ) as context:
        stream = context.request.files["file"].stream
        names = [path.name for path in settings.data_dir.iterdir()]
        assert stream.fileno() > 0
        assert not [name for name in names if name.startswith("tmp")]
