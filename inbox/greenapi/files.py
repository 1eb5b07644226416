"""Photos, videos, voice notes, documents, stickers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.fields import Fields
from inbox.greenapi.texts import Marker, read_marker

FileKind = Literal["image", "video", "audio", "voice", "document", "sticker"]


@dataclass(frozen=True)
class File:
    """A file. `url` is Green API's link ('' when there is none: see `marker`, or ask downloadFile).

    `kind` is 'voice' for a recorded voice note; `text` is the caption; `thumbnail` is base64 JPEG.
    `file_name` is reliable for documents only. A video note is the round kind.
    """

    kind: FileKind
    url: str = field(repr=False)
    text: str = field(default="", repr=False)
    file_name: str = field(default="", repr=False)
    mime_type: str = ""
    marker: Marker | None = None
    thumbnail: str = field(default="", repr=False)
    is_animated: bool = False
    is_video_note: bool = False


def reader_of(kind: FileKind) -> Callable[[Fields], File]:
    """Who reads a `fileMessageData`, or a journal object, as a file of this kind."""

    def read(block: Fields) -> File:
        url, caption = block.text("downloadUrl"), block.text("caption")
        marker = read_marker(url) or read_marker(caption)
        return File(
            kind=kind,
            url="" if read_marker(url) else url,
            text="" if read_marker(caption) else caption,
            file_name=block.text("fileName"),
            mime_type=block.text("mimeType").strip().lower(),
            marker=marker,
            thumbnail=block.text("jpegThumbnail"),
            is_animated=block.flag("isAnimated") is True,
            is_video_note=block.flag("videoNote") is True,
        )

    return read


def read_audio(block: Fields) -> File:
    """WhatsApp records voice notes as Opus in Ogg; a forwarded song is mp3 or mp4."""
    mime = block.text("mimeType").lower()
    is_voice = mime.partition(";")[0].strip() in ("audio/ogg", "audio/opus") or "opus" in mime
    return reader_of("voice" if is_voice else "audio")(block)
