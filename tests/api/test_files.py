"""POST /api/v1/whatsapp/messages with a file: what its bytes are, once, and nothing left behind."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Attachment, Message
from inbox.services.replies import attachments
from tests.cast import recordings
from tests.cast.program import PHONE, Program, failed, soon
from tests.cast.rows import row
from tests.cast.webhooks import assert_error

PDF = b"%PDF-1.7\nthe bill"
SOUND = recordings.tone("ogg", "libopus")


def picture(colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def send(program: Program, content: bytes = PDF, name: str = "bill.pdf", **fields: Any) -> Any:
    data = {"phone": PHONE, "file": (io.BytesIO(content), name), **fields}
    return program.call("POST", data=data, content_type="multipart/form-data")


def stored(app: Flask) -> int:
    """How many files lie in the store."""
    folder: Path = app.config["LOBBY"].media_dir
    return sum(path.is_file() for path in folder.rglob("*"))


def attachment(message_id: int) -> Attachment:
    db.session.rollback()
    return db.session.scalars(select(Attachment).where(Attachment.message_id == message_id)).one()


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        ("document", PDF, "bill.pdf"),
        ("image", picture(), "pool.png"),
        ("video", recordings.film("mp4", "libx264"), "tour.mp4"),
        ("audio", SOUND, "sound.ogg"),
    ],
)
def test_its_bytes_say_what_it_is(program: Program, kind: str, content: bytes, name: str) -> None:
    answer = send(program, content, name)
    assert answer.status_code == 202, answer.text
    assert (answer.json["kind"], answer.json["status"]) == (kind, "uploading")
    file = attachment(answer.json["message_id"])
    assert (file.file_name, file.kind, file.size) == (name, kind, len(content))
    assert file.upload_at is not None


def test_a_recording_becomes_a_voice_message(program: Program) -> None:
    answer = send(program, recordings.recorded("chromium"), "take.webm", voice="true")
    assert answer.status_code == 202, answer.text
    assert answer.json["kind"] == "voice"
    assert attachment(answer.json["message_id"]).mime_type == "audio/ogg"


def test_the_rest_of_the_order_is_read_from_the_form(program: Program) -> None:
    answer = send(program, caption="Your bill", send_at=soon(hours=1), expires_in="600")
    assert answer.status_code == 202, answer.text
    assert answer.json["status"] == "scheduled"
    message = row(answer.json["message_id"])
    assert (message.body, message.kept_seconds) == ("Your bill", 600)
    assert attachment(message.id).upload_at is None


def test_again_it_is_200_and_one_file(app: Flask, program: Program) -> None:
    first, second = (send(program, client_ref="bill-7") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json == second.json
    assert stored(app) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"content": PDF + b"!"},
        {"name": "other.pdf"},
        {"caption": "Other"},
        {"phone": "+34600123456"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_file_under_its_reference_is_a_conflict_and_leaves_none(
    app: Flask, program: Program, change: dict[str, Any]
) -> None:
    send(program, client_ref="bill-7")
    assert_error(send(program, client_ref="bill-7", **change), 409, "conflict")
    assert stored(app) == 1


def test_a_failed_one_is_tried_again_with_the_same_file(program: Program) -> None:
    message_id = send(program).json["message_id"]
    failed(message_id)
    attempt = program.act(message_id, "retry").json
    assert attempt["status"] == "uploading"
    assert attachment(attempt["message_id"]).storage_key == attachment(message_id).storage_key


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": b""}, "file"),
        ({"content": recordings.film("webm", "libvpx"), "name": "tour.webm"}, "file"),
        ({"voice": "true"}, "file"),
        ({"voice": "yes"}, "voice"),
        ({"name": ""}, "file"),
        ({"file": "not a file"}, "file"),
        ({"caption": "x" * 1025}, "caption"),
        ({"content": SOUND, "name": "a.ogg", "caption": "x"}, "caption"),
        ({"guest_id": "1.5"}, "guest_id"),
        ({"expires_in": "59"}, "expires_in"),
        ({"expires_in": ["60", "61"]}, "expires_in"),
        ({"send_at": "soon"}, "send_at"),
        ({"send_at": "2020-01-01T00:00:00Z"}, "send_at"),
        ({"client_ref": "retry-1"}, "client_ref"),
        ({"quoted_message_id": "99999"}, "quoted_message_id"),
        ({"text": "Hello"}, "text"),
        ({"other": (io.BytesIO(PDF), "b.pdf")}, "file"),
    ],
    ids=lambda part: part if isinstance(part, str) else repr(next(iter(part.items())))[:24],
)  # fmt: skip
def test_what_is_wrong_is_named_and_no_file_is_kept(
    app: Flask, program: Program, changes: dict[str, Any], field: str
) -> None:
    answer = send(program, **changes)
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert stored(app) == 0
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_two_files_are_one_too_many(app: Flask, program: Program) -> None:
    files = [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF), "b.pdf")]
    answer = program.call("POST", data={"phone": PHONE, "file": files})
    assert_error(answer, 422, "invalid")
    assert stored(app) == 0


def test_another_hotels_guest_is_not_there_and_no_file_is_kept(
    app: Flask, stranger: Program, program: Program
) -> None:
    guest_id = program.send().json["guest_id"]
    data = {"guest_id": str(guest_id), "file": (io.BytesIO(PDF), "bill.pdf")}
    assert_error(stranger.call("POST", data=data), 404, "not_found")
    assert stored(app) == 0


def test_more_than_whatsapp_takes_is_413(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.security.large_bodies.LARGEST", 1_000)
    monkeypatch.setattr("inbox.security.large_bodies.AROUND_THE_FILE", 1_000)
    answer = send(program, b"x" * 3_000)
    assert_error(answer, 413, "too_large")
    assert answer.json["error"]["message"] == attachments.TOO_LARGE
    assert stored(app) == 0


def test_without_a_token_nothing_is_read(app: Flask, program: Program) -> None:
    answer = send(Program(program.client, "wrong"), b"x" * 300_000)
    assert_error(answer, 401, "unauthorized")
    assert stored(app) == 0
