"""Files of guests: their bytes say what they are, and nothing of them runs in our page (D12)."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from inbox.config import Settings
from inbox.extensions import db
from inbox.files import media_types
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation
from tests.cast.people import Cast

SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
DISGUISED = {
    "svg": SVG,
    "bare svg": SVG[21:],
    "html": b"<!doctype html><html><body>" + SCRIPT,
    "html after blanks": b" " * 600 + b"<html>" + SCRIPT,
    "xml": b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>',
    "xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "script": b"alert(1)//",
    "bom html": b"\xef\xbb\xbf<html>" + SCRIPT,
    "utf16 html": "<html><script>alert(1)</script>".encode("utf-16"),
    "swf": b"FWS\x09" + b"\0" * 50,
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + SCRIPT,
    "exe": b"MZ" + b"\0" * 200,
    "empty": b"",
    "text": b"hello",
}


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(file, kind)
    return file.getvalue()


SHOWN = {
    "image/png": picture("PNG"),
    "image/jpeg": picture("JPEG"),
    "image/gif": picture("GIF"),
    "image/webp": picture("WEBP"),
    "application/pdf": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF",
}


@pytest.fixture
def store(app: Flask) -> FolderStore:
    settings: Settings = app.config["LOBBY"]
    return FolderStore(settings.media_dir)


@pytest.fixture
def serve(
    cast: Cast, alice: FlaskClient, store: FolderStore, guest_writes: Callable[..., Conversation]
) -> Callable[..., TestResponse]:
    """What Alice's browser gets for a file of a guest that holds these bytes."""
    data = {
        "typeMessage": "imageMessage",
        "fileMessageData": {
            "downloadUrl": "",
            "caption": "",
            "fileName": "a.jpg",
            "mimeType": "image/jpeg",
        },
    }
    guest_writes("A1", messageData=data)

    def served(content: bytes, file_name: str = "a.jpg", thumb: bool = False) -> TestResponse:
        with store.incoming() as file:
            file.write(content)
            key = store.keep(file)
        db.session.rollback()
        attachment = db.session.scalars(select(Attachment)).one()
        attachment.state, attachment.storage_key, attachment.file_name = "ready", key, file_name
        attachment.mime_type = media_types.sniff(store.path(key))
        db.session.commit()
        address = f"/h/{cast.slug}/media/{attachment.id}" + ("/thumb" if thumb else "")
        return alice.get(address, buffered=True)

    return served


def assert_boxed(answer: TestResponse) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("what", DISGUISED)
def test_what_only_calls_itself_an_image_is_a_download(
    serve: Callable[..., TestResponse], what: str
) -> None:
    answer = serve(DISGUISED[what])
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream", what
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert_boxed(answer)


@pytest.mark.parametrize("mime_type", SHOWN)
def test_what_a_browser_may_show_is_shown_in_a_box(
    serve: Callable[..., TestResponse], mime_type: str
) -> None:
    answer = serve(SHOWN[mime_type] + SCRIPT, "evil.html")
    assert answer.mimetype == mime_type
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert_boxed(answer)


@pytest.mark.parametrize(
    "name",
    [
        'a".html',
        "a\r\nSet-Cookie: x=1.jpg",
        "a\nb",
        "a;b=c.jpg",
        "../../etc/passwd",
        "..\\..\\x",
        "/etc/passwd",
        "фото.jpg",
        "写真 😀.jpg",
        "x" * 255,
        " ",
        ".",
        "",
        "\x01\x7f",
        "a%0d%0ab",
        "invoice\u202efdp.exe",
    ],
)
def test_an_odd_file_name_breaks_neither_header_nor_page(
    serve: Callable[..., TestResponse], name: str
) -> None:
    answer = serve(b"hello", name)
    assert answer.status_code == 200
    told = answer.headers["Content-Disposition"]
    assert not set(told) & set("\r\n")
    assert "Set-Cookie" not in answer.headers or "x=1" not in answer.headers["Set-Cookie"]
    assert_boxed(answer)


def test_a_name_cannot_pretend_another_ending(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    """U+202E turns what follows around on the screen: "invoice<RLO>fdp.exe" looks like a PDF."""
    data = {
        "typeMessage": "documentMessage",
        "fileMessageData": {
            "downloadUrl": "",
            "fileName": "inv\u202efdp\n\u2066.exe",
            "mimeType": "",
        },
    }
    guest_writes("A1", messageData=data)
    assert db.session.scalars(select(Attachment.file_name)).one() == "invfdp.exe"


def test_a_file_is_there_only_when_it_was_checked(
    cast: Cast, alice: FlaskClient, serve: Callable[..., TestResponse]
) -> None:
    serve(SHOWN["image/png"])
    attachment = db.session.scalars(select(Attachment)).one()
    for state in ("waiting", "fetching", "failed"):
        attachment.state = state
        db.session.commit()
        assert alice.get(f"/h/{cast.slug}/media/{attachment.id}").status_code == 404
    assert alice.get(f"/h/{cast.slug}/media/{attachment.id}/thumb").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../secret_key",
        "..%2fsecret_key",
        "%2e%2e/secret_key",
        "..%5csecret_key",
        "/etc/passwd",
        "htmx-4.0.1.min.js/../../secret_key",
        "htmx-4.0.1.min.js%00",
        "%00",
        "....//secret_key",
        "encryption_keys",
    ],
)
def test_nothing_outside_its_folder_is_served(app: Flask, alice: FlaskClient, path: str) -> None:
    settings: Settings = app.config["LOBBY"]
    (settings.data_dir / "vendor").mkdir(exist_ok=True)
    (settings.data_dir / "vendor" / "encryption_keys").write_text("k1:a-secret")
    secret = (settings.data_dir / "secret_key").read_text()
    for root in ("/vendor/", "/static/", "/h/grand-plaza/media/", "/static/css/"):
        answer = alice.get(root + path, buffered=True)
        assert answer.status_code in (301, 308, 404), (root, path)
        assert secret not in answer.text
        assert "a-secret" not in answer.text


@pytest.mark.parametrize(
    "key", ["", "..", "../" * 13 + "x", "a" * 39, "a" * 41, "/" * 40, "." * 40]
)
def test_the_store_opens_its_own_keys_only(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        FolderStore(tmp_path).path(key)


def test_the_store_is_closed_to_other_accounts(store: FolderStore) -> None:
    with store.incoming() as file:
        file.write(b"x")
        path = store.path(store.keep(file))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.parent.parent.stat().st_mode & 0o077 == 0


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_of_pixels_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    header = Image.new("1", (12_000, 12_000))
    header.save(bomb, "PNG")
    assert media_types.picture(bomb) is None
