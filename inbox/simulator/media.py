"""Files: the samples that guests send, and what clients upload, under names nobody can guess."""

import base64
import mimetypes
import secrets
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_SAMPLES = Path(__file__).parent / "media"
MOST_BYTES = 200 * 1024 * 1024

SAMPLE_OF_KIND = {
    "image": "tap.jpg",
    "voice": "voice-en.ogg",
    "audio": "voice-en.ogg",
    "document": "booking.pdf",
    "video": "dripping-tap.mp4",
    "sticker": "thanks.webp",
}


@dataclass(frozen=True)
class MediaFile:
    """A file with the name and type its sender gave it. `data` is empty for one taken on trust."""

    name: str
    mime_type: str
    data: bytes = field(repr=False)
    thumb: str = field(default="", repr=False)


class MediaStore:
    """Files by link name. The oldest go when there are more than 200 MB."""

    def __init__(self) -> None:
        self._files: dict[str, MediaFile] = {}
        self._bytes = 0
        self._dead: set[str] = set()
        self._lock = threading.Lock()

    def put(self, file: MediaFile, dead: bool = False) -> str:
        """Keep a file; returns the path of its new link. A dead link answers 404."""
        suffix = Path(file.name).suffix[:10]
        name = secrets.token_hex(20) + (suffix if suffix[1:].isalnum() else "")
        with self._lock:
            self._files[name] = file
            self._bytes += len(file.data)
            if dead:
                self._dead.add(name)
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self._files.pop(next(iter(self._files))).data)
        return f"/_media/{name}"

    def get(self, name: str) -> MediaFile | None:
        """The file behind a link name; None for an unknown or dead one."""
        with self._lock:
            return None if name in self._dead else self._files.get(name)

    def find(self, url: str) -> MediaFile | None:
        """The file behind a link, dead or not: Green API still has it."""
        with self._lock:
            return self._files.get(url.rsplit("/", 1)[-1])


@cache
def sample(name: str) -> MediaFile:
    """A file that comes with the simulator; KeyError when there is none of that name."""
    path = _SAMPLES / Path(name).name
    if not path.is_file():
        raise KeyError(name)
    mime_type = mime_type_of(path.name)
    thumb_path = path.with_suffix(".thumb")
    thumb = base64.b64encode(thumb_path.read_bytes()).decode() if thumb_path.is_file() else ""
    return MediaFile(path.name, mime_type, path.read_bytes(), thumb)


def mime_type_of(name: str) -> str:
    """The type by the file's ending, as WhatsApp names it."""
    known = {".ogg": "audio/ogg; codecs=opus", ".webp": "image/webp"}
    guessed = mimetypes.guess_type(name)[0]
    return known.get(Path(name).suffix.lower()) or guessed or "application/octet-stream"


def kind_of(mime_type: str) -> str:
    """The typeMessage that WhatsApp makes of a file."""
    main = mime_type.split("/")[0]
    if mime_type == "image/webp":
        return "stickerMessage"
    return f"{main}Message" if main in ("image", "video", "audio") else "documentMessage"
