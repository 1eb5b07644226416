"""Files that the desk sends: what they become, what they are called, and that none stays behind."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.files import file_names
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Conversation, Message
from inbox.models.states import Origin
from inbox.services.conversations import threads
from inbox.services.intake import downloads
from inbox.services.messages.outgoing import Outgoing
from inbox.services.replies import attachments
from inbox.services.replies.attachments import BrowserFile
from tests.cast import desk, recordings
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
Send = Callable[..., Message]


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def transparent(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (200, 0, 0, 90)).save(file, kind)
    return file.getvalue()


def office() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


UNKNOWN = "application/octet-stream"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"
AMR = b"#!AMR\n" + bytes(400)


@pytest.fixture
def send(cast: Cast, guest_writes: Writes, store: FolderStore) -> Send:
    """Alice sends this file to the guest."""
    conversation_id = guest_writes("A1").id

    def sent(content: bytes, name: str = "menu.pdf", **more: object) -> Message:
        about = {name: more.pop(name) for name in ("is_recording", "caption") if name in more}
        file = BrowserFile(io.BytesIO(content), name, **about)  # type: ignore[arg-type]
        given: dict[str, Any] = {"client_ref": str(uuid4()), "by": cast.alice_id} | more
        outgoing = Outgoing(file, Origin.DESK, **given)
        return attachments.send(cast.hotel_id, conversation_id, outgoing, store)

    return sent


def files_in(store: FolderStore) -> int:
    return sum(path.is_file() for path in store.root.rglob("*")) if store.root.exists() else 0


def sent_messages() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Message).where(Message.direction == "out")
    return db.session.scalar(query) or 0


KINDS: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "Lobby.JPG": (picture, "image", "Lobby.JPG", "image/jpeg"),
    "photo": (picture, "image", "photo.jpg", "image/jpeg"),
    "a jpeg.png": (picture, "image", "a jpeg.jpg", "image/jpeg"),
    "plan.png": (lambda: picture("PNG"), "image", "plan.png", "image/png"),
    "pool.webp": (lambda: picture("WEBP"), "image", "pool.jpg", "image/jpeg"),
    "logo.webp": (lambda: transparent("WEBP"), "image", "logo.png", "image/png"),
    "old.bmp": (lambda: picture("BMP", (9, 9)), "image", "old.jpg", "image/jpeg"),
    "wave.gif": (lambda: picture("GIF"), "image", "wave.jpg", "image/jpeg"),
    "broken.jpg": (
        lambda: picture()[:300],
        "document",
        "broken.jpg.bin",
        "application/octet-stream",
    ),
    "tour.mp4": (lambda: recordings.film("mp4", "libx264"), "video", "tour.mp4", "video/mp4"),
    "tour.m4v": (lambda: recordings.film("mp4", "libx264"), "video", "tour.mp4", "video/mp4"),
    "tour.MOV": (lambda: recordings.film("mov", "libx264"), "video", "tour.MOV", "video/quicktime"),
    "old.3gp": (lambda: recordings.film("3gp", "libx264"), "video", "old.3gp", "video/3gpp"),
    "song.mp3": (lambda: recordings.tone("mp3", "libmp3lame"), "audio", "song.mp3", "audio/mpeg"),
    "song.ogg": (lambda: recordings.tone("ogg", "libopus"), "audio", "song.ogg", "audio/ogg"),
    "memo.m4a": (lambda: recordings.tone("mp4", "aac"), "audio", "memo.m4a", "audio/mp4"),
    "memo": (lambda: recordings.tone("ipod", "aac"), "audio", "memo.m4a", "audio/mp4"),
    "memo.aac": (lambda: recordings.tone("adts", "aac"), "audio", "memo.aac", "audio/aac"),
    "bell.wav": (lambda: recordings.tone("wav", "pcm_s16le"), "audio", "bell.wav", "audio/wav"),
    "memo.amr": (lambda: AMR, "audio", "memo.amr", "audio/amr"),
    "bill.pdf": (lambda: PDF, "document", "bill.pdf", "application/pdf"),
    "bill": (lambda: PDF, "document", "bill.pdf", "application/pdf"),
    "bill.jpg": (lambda: PDF, "document", "bill.jpg.pdf", "application/pdf"),
    "letter.docx": (office, "document", "letter.docx", ""),
    "README": (lambda: "Grüße".encode(), "document", "README.txt", "text/plain"),
    "cat.webp": (lambda: b"not a cat", "document", "cat.webp.txt", "text/plain"),
    "noise": (lambda: bytes(range(256)), "document", "noise.bin", UNKNOWN),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_bytes_decide_the_kind_and_the_name_follows(name: str, send: Send) -> None:
    make, kind, sent_name, mime_type = KINDS[name]
    message = send(make(), name)
    (attachment,) = message.attachments
    assert (message.kind, attachment.kind) == (kind, kind)
    assert attachment.file_name == sent_name
    assert not mime_type or attachment.mime_type == mime_type
    assert message.status == "uploading"
    assert attachment.state == "ready"


def test_a_picture_has_its_size_and_a_thumbnail(send: Send, store: FolderStore) -> None:
    content = picture()
    (attachment,) = send(content, "a.jpg", caption="The pool").attachments
    assert (attachment.width, attachment.height) == (900, 600)
    assert store.path(attachment.storage_key).read_bytes() == content
    with Image.open(store.path(attachment.thumb_key)) as small:
        assert small.size == (640, 427)


@pytest.mark.parametrize("browser", recordings.BROWSERS)
def test_a_recording_is_a_voice_message(browser: str, send: Send, store: FolderStore) -> None:
    message = send(recordings.recorded(browser), "blob", is_recording=True)
    (attachment,) = message.attachments
    assert (message.kind, attachment.kind, attachment.mime_type) == ("voice", "voice", "audio/ogg")
    assert attachment.file_name.endswith(".ogg")
    note = store.path(attachment.storage_key).read_bytes()
    assert attachment.size == len(note)
    assert recordings.heard(note)[:3] == ("ogg", "opus", 1)
    assert files_in(store) == 1


NAMES = {
    "C:\\fakepath\\plan.pdf": "plan.pdf",
    "../../etc/passwd": "passwd.pdf",
    "bill\u202efdp.exe": "billfdp.exe",
    "a\r\nSet-Cookie: x.pdf": "aSet-Cookie: x.pdf",
    "": "document.pdf",
    "...": "document.pdf",
    "/": "document.pdf",
    ".htaccess": "htaccess.pdf",
    "Ñandú — мёд.pdf": "Ñandú — мёд.pdf",
    "trailing.pdf. ": "trailing.pdf",
    "x" * 400 + ".pdf": "x" * 251 + ".pdf",
    "x." + "y" * 400: "x." + "y" * 19,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_safe(name: str) -> None:
    fitting = file_names.fitting(name, "application/pdf")
    assert fitting == NAMES[name]
    assert len(fitting) <= 255
    assert not {"/", "\\", "\r", "\n", "\0", "\u202e"} & set(fitting)


@pytest.mark.parametrize(("container", "codec"), [("webm", "libvpx"), ("matroska", "libx264")])
def test_what_no_phone_would_show_is_refused_in_words(
    container: str, codec: str, send: Send, store: FolderStore
) -> None:
    with pytest.raises(Invalid) as refused:
        send(recordings.film(container, codec), "tour.mp4")
    assert "MP4" in refused.value.fields["file"]
    assert files_in(store) == 0


def test_a_moving_gif_is_refused_rather_than_stopped(send: Send, store: FolderStore) -> None:
    file = io.BytesIO()
    views = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    views[0].save(file, "GIF", save_all=True, append_images=views[1:])
    with pytest.raises(Invalid) as refused:
        send(file.getvalue(), "wave.gif")
    assert refused.value.fields == {"file": attachments.MOVING}
    assert files_in(store) == 0


def test_an_empty_file_is_refused(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid) as refused:
        send(b"")
    assert refused.value.fields == {"file": attachments.EMPTY}
    assert files_in(store) == 0


def test_too_large_a_file_is_refused_before_it_is_all_read(
    send: Send, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1_000_000)
    send(PDF + bytes(1_000_000 - len(PDF)))
    with pytest.raises(Invalid) as refused:
        send(PDF + bytes(1_000_001 - len(PDF)))
    assert refused.value.fields == {"file": attachments.TOO_LARGE}
    assert files_in(store) == 1


def test_a_large_file_is_never_whole_in_memory(
    cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    class Endless(io.RawIOBase):
        left = 30_000_000

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= attachments.PIECE
            piece = bytes(min(size, self.left))
            self.left -= len(piece)
            return piece

    file = BrowserFile(Endless(), "disk.img")  # type: ignore[arg-type]
    outgoing = Outgoing(file, Origin.DESK, cast.alice_id, "r")
    message = attachments.send(cast.hotel_id, guest_writes("A1").id, outgoing, store)
    assert message.attachments[0].size == 30_000_000


def test_a_sound_has_no_caption(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid) as refused:
        send(recordings.recorded("firefox"), "blob", is_recording=True, caption="Listen")
    assert list(refused.value.fields) == ["caption"]
    assert files_in(store) == 0


def test_the_same_reference_is_the_same_message_and_leaves_one_file(
    send: Send, store: FolderStore
) -> None:
    first = send(picture(), "a.jpg", client_ref="the-click", caption="Pool").id
    again = send(picture(), "a.jpg", client_ref="the-click", caption="Pool").id
    assert first == again
    assert sent_messages() == 1
    assert files_in(store) == 2  # the picture and its thumbnail


def test_a_reference_of_another_message_is_a_conflict_and_leaves_nothing(
    cast: Cast, send: Send, store: FolderStore
) -> None:
    desk.send_text(cast.hotel_id, 1, cast.alice_id, "Hello", "taken")
    with pytest.raises(Conflict):
        send(picture(), "a.jpg", client_ref="taken")
    assert files_in(store) == 0


@pytest.mark.parametrize(
    ("wrong", "raised"),
    [
        ({"quoted_message_id": 999}, Invalid),
        ({"client_ref": ""}, Invalid),
        ({"by": 999}, IntegrityError),
    ],
    ids=["quote", "reference", "database"],
)
def test_a_failed_transaction_leaves_nothing(
    wrong: dict[str, object], raised: type[Exception], send: Send, store: FolderStore
) -> None:
    with pytest.raises(raised):
        send(picture(), "a.jpg", **wrong)
    assert (files_in(store), sent_messages()) == (0, 0)


def test_what_fails_after_the_commit_keeps_the_file(
    send: Send, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(threads, "message", away)
        with pytest.raises(ConnectionError):
            send(PDF, client_ref="lost")
    assert (files_in(store), sent_messages()) == (1, 1)
    send(PDF, client_ref="lost")
    assert (files_in(store), sent_messages()) == (1, 1)


def test_a_strangers_conversation_is_not_there_and_nothing_is_read(
    cast: Cast, guest_writes: Writes, store: FolderStore
) -> None:
    content = io.BytesIO(PDF)
    conversation_id = guest_writes("A1").id
    outgoing = Outgoing(BrowserFile(content, "a.pdf"), Origin.DESK, cast.charlie_id, "r")
    with pytest.raises(NotFound):
        attachments.send(cast.other_hotel_id, conversation_id, outgoing, store)
    assert content.tell() == 0
    assert files_in(store) == 0


def test_several_files_keep_their_order(send: Send) -> None:
    ids = [send(PDF, f"{number}.pdf").id for number in range(3)]
    db.session.rollback()
    names = db.session.scalars(select(Attachment.file_name).order_by(Attachment.message_id))
    assert list(names) == ["0.pdf", "1.pdf", "2.pdf"]
    assert ids == sorted(ids)


def test_nothing_lies_around_when_a_file_is_refused(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid):
        send(b"no recording", "blob", is_recording=True)
    assert [path for path in Path(store.root).rglob("*") if path.is_file()] == []
