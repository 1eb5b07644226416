"""What a file of the desk becomes, by its bytes: a picture, a film, a sound, a document."""

import io
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

from inbox.errors import Invalid
from inbox.files.media_store import FolderStore
from inbox.services.replies import attachments
from tests.cast import recordings
from tests.cast.files import PDF, files_in, picture
from tests.services.replies.conftest import Send

UNKNOWN = "application/octet-stream"
AMR = b"#!AMR\n" + bytes(400)


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


KINDS: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "Lobby.JPG": (picture, "image", "Lobby.JPG", "image/jpeg"),
    "photo": (picture, "image", "photo.jpg", "image/jpeg"),
    "a jpeg.png": (picture, "image", "a jpeg.jpg", "image/jpeg"),
    "plan.png": (lambda: picture("PNG"), "image", "plan.png", "image/png"),
    "pool.webp": (lambda: picture("WEBP"), "image", "pool.jpg", "image/jpeg"),
    "logo.webp": (lambda: transparent("WEBP"), "image", "logo.png", "image/png"),
    "old.bmp": (lambda: picture("BMP", (9, 9)), "image", "old.jpg", "image/jpeg"),
    "wave.gif": (lambda: picture("GIF"), "image", "wave.jpg", "image/jpeg"),
    "broken.jpg": (lambda: picture()[:300], "document", "broken.jpg.bin", UNKNOWN),
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


def test_a_sound_has_no_caption(send: Send, store: FolderStore) -> None:
    with pytest.raises(Invalid) as refused:
        send(recordings.recorded("firefox"), "blob", is_recording=True, caption="Listen")
    assert list(refused.value.fields) == ["caption"]
    assert files_in(store) == 0
