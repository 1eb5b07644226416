"""What WhatsApp makes of a file of ours, and the name that makes it so: Green API looks at the
name's ending alone (docs/green-api.md 2.1), so the ending has to say what the bytes are.
"""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from inbox.errors import Invalid

_MISLEADING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)

NAME_LIMIT = 255
UNKNOWN_ENDING = ".bin"


@dataclass(frozen=True)
class Shown:
    """How WhatsApp shows a type of file, and the endings that tell it so, the usual one first."""

    kind: str
    endings: tuple[str, ...]


AS = {
    "image/jpeg": Shown("image", (".jpg", ".jpeg")),
    "image/png": Shown("image", (".png",)),
    "video/mp4": Shown("video", (".mp4",)),
    "video/quicktime": Shown("video", (".mov",)),
    "video/3gpp": Shown("video", (".3gp",)),
    "audio/mpeg": Shown("audio", (".mp3",)),
    "audio/ogg": Shown("audio", (".ogg",)),
    "audio/mp4": Shown("audio", (".m4a",)),
    "audio/aac": Shown("audio", (".aac",)),
    "audio/amr": Shown("audio", (".amr",)),
    "audio/wav": Shown("audio", (".wav",)),
}
# Accepted by Green API, and then on nobody's phone: its issues 53 and 759, its forum topic 274.
NEVER_SHOWN = {
    "video/webm": "WhatsApp does not take WebM videos. Save it as MP4 and send that.",
    "video/x-matroska": "WhatsApp does not take MKV videos. Save it as MP4 and send that.",
}
# A document must not end like one of these: WhatsApp would try to show what is not there.
_TAKEN = {ending for shown in AS.values() for ending in shown.endings} | {
    ".avif",
    ".bmp",
    ".gif",
    ".ico",
    ".m4v",
    ".mkv",
    ".webm",
    ".webp",
}
_USUAL_NAMES = {"image": "photo", "video": "video", "audio": "sound"}


def kind(mime_type: str) -> str:
    """image, video, audio or document. Raises `Invalid` (`file`) for what never arrives."""
    if mime_type in NEVER_SHOWN:
        raise Invalid({"file": NEVER_SHOWN[mime_type]})
    return AS[mime_type].kind if mime_type in AS else "document"


def fitting(name: str, mime_type: str) -> str:
    """The name as it may be sent: without folders and misleading signs, not too long, and with an
    ending that fits the type.
    """
    path = PurePosixPath(_bare(name))
    stem, ending = path.stem, path.suffix
    if mime_type in AS:
        shown = AS[mime_type]
        stem = stem or _USUAL_NAMES[shown.kind]
        ending = ending if ending.lower() in shown.endings else shown.endings[0]
    elif len(ending) < 2 or ending.lower() in _TAKEN:
        stem = path.name.rstrip(".") or "document"
        ending = mimetypes.guess_extension(mime_type) or UNKNOWN_ENDING
    ending = ending[:20]
    return stem[: NAME_LIMIT - len(ending)] + ending


def _bare(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return safe_name(last).strip(" .")


def safe_name(file_name: str) -> str:
    """The name without what would break a header, or show letters in another order than they are:
    "invoice<U+202E>fdp.exe" looks like a PDF."""
    return _MISLEADING.sub("", file_name)
