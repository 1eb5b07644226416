"""Files: behind the thread's checks, in parts for players, never run in the browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox import clock
from inbox.config import Settings
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation, Message
from inbox.services import changes
from inbox.services.transaction import transaction
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
Keep = Callable[..., str]


@pytest.fixture
def keep(app: Flask, cast: Cast, guest_writes: Writes) -> Keep:
    """Give the guest's message a file; returns its address."""
    guest_writes("A1")
    settings: Settings = app.config["LOBBY"]
    store = FolderStore(settings.media_dir)

    def give(content: bytes, **columns: object) -> str:
        with store.incoming() as file:
            file.write(content)
            file.flush()
            key = store.keep(file)
        with transaction() as work:
            message = work.session.get_one(Message, 1)
            message.kind = str(columns.get("kind", "document"))
            attachment = Attachment(
                **{
                    "hotel_id": cast.hotel_id,
                    "message_id": 1,
                    "kind": "document",
                    "state": "ready",
                    "storage_key": key,
                    "created_at": clock.now(),
                }
                | columns
            )
            work.session.add(attachment)
            work.session.flush()
            number = attachment.id
        return f"/h/grand-plaza/media/{number}"

    return give


def test_a_player_may_ask_for_a_part(alice: FlaskClient, keep: Keep) -> None:
    address = keep(b"0123456789", kind="voice", mime_type="audio/ogg")
    with alice.get(address, headers={"Range": "bytes=2-4"}) as part:
        assert (part.status_code, part.data) == (206, b"234")
        assert part.mimetype == "audio/ogg"
    assert f'src="{address}"' in alice.get("/h/grand-plaza/c/1").text


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/xhtml+xml", ""])
def test_what_could_run_is_saved_not_opened(alice: FlaskClient, keep: Keep, mime_type: str) -> None:
    address = keep(b"<script>alert(1)</script>", mime_type=mime_type, file_name='in"voice.html')
    with alice.get(address) as answer:
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_stranger_does_not_get_the_file(charlie: FlaskClient, keep: Keep) -> None:
    address = keep(b"private", mime_type="image/jpeg")
    assert charlie.get(address).status_code == 404
    assert charlie.get(address.replace("grand-plaza", "seaview")).status_code == 404


def test_a_file_that_is_not_here_yet_is_404_and_the_thread_says_so(
    alice: FlaskClient, keep: Keep
) -> None:
    address = keep(b"x", kind="image", state="fetching", mime_type="image/jpeg")
    assert alice.get(address).status_code == 404
    assert alice.get(f"{address}/thumb").status_code == 404
    assert "On its way" in alice.get("/h/grand-plaza/c/1").text


def test_a_file_that_failed_is_explained(alice: FlaskClient, keep: Keep) -> None:
    keep(b"x", kind="image", state="failed", failure_text="WhatsApp no longer has it.")
    assert "WhatsApp no longer has it." in alice.get("/h/grand-plaza/c/1").text


def test_a_document_is_offered_with_name_and_size(alice: FlaskClient, keep: Keep) -> None:
    keep(b"x", mime_type="application/pdf", file_name="<b>.pdf", size=184_233)
    page = alice.get("/h/grand-plaza/c/1").text
    assert "&lt;b&gt;.pdf" in page
    assert "PDF · 184 KB" in page


def test_what_could_not_be_fetched_is_asked_for_again_by_a_button(
    alice: FlaskClient, keep: Keep, cast: Cast
) -> None:
    address = keep(b"x", kind="image", state="failed", storage_key="", failure_text="Not there.")
    before = changes.head(cast.hotel_id)
    assert f'formaction="{address}/again"' in alice.get("/h/grand-plaza/c/1").text
    answer = alice.post(f"{address}/again", headers={"HX-Request": "true"})
    assert "On its way…" in answer.text
    assert "Not there." not in answer.text
    news = alice.get(f"/h/grand-plaza/changes?since={before}&open=1").text
    assert "On its way…" in news
    plain = alice.post(f"{address}/again")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/h/grand-plaza/c/1")
