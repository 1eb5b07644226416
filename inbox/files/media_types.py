"""What a file really is, by its bytes, and what a browser may be given."""

import codecs
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8192
THUMB_SIDE = 640
MOST_PIXELS = 60_000_000
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
)

# Shown inside the page. Everything else is offered as a download, whatever it calls itself.
SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/aac",
        "audio/amr",
        "audio/wav",
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/3gpp",
        "application/pdf",
    }
)
ALIASES = {
    "application/ogg": "audio/ogg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "image/jpg": "image/jpeg",
    "image/x-ms-bmp": "image/bmp",
    "video/3gpp2": "video/3gpp",
}
# ISO media files name their make at byte 8; all makes begin alike, and most are MP4.
MAKES = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp",
}
AMR = (b"#!AMR\n", b"#!AMR-WB\n")


@dataclass(frozen=True)
class Picture:
    """An image's size in pixels, turned the right way up, and a small JPEG of it."""

    width: int
    height: int
    thumbnail: bytes


@dataclass(frozen=True)
class PlainPicture:
    """An image in a type that every phone shows."""

    mime_type: str
    content: bytes


def sniff(path: Path) -> str:
    """The media type that the file's bytes show; octet-stream when they show none we know."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(AMR):
        return "audio/amr"
    if head[4:8] == b"ftyp":
        for make, mime_type in MAKES.items():
            if head.startswith(make, 8):
                return mime_type
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return ALIASES.get(found, found) or UNKNOWN


def is_text(path: Path) -> bool:
    """Whether the file begins as plain text does."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        decoded = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(decoded) and "\0" not in decoded


def picture(path: Path) -> Picture | None:
    """Measure an image and make its thumbnail. None when it cannot be read or is absurdly large."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "GIF", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(image)
            width, height = upright.size
            upright.thumbnail((THUMB_SIDE, THUMB_SIDE))
            small = BytesIO()
            _on_white(upright).save(small, "JPEG", quality=82)
    except UNREADABLE:
        return None
    return Picture(width, height, small.getvalue())


def is_moving(path: Path) -> bool:
    """Whether an image has more than one view."""
    try:
        with Image.open(path, formats=("GIF",)) as image:
            return bool(getattr(image, "is_animated", False))
    except UNREADABLE:
        return False


def plain_picture(path: Path) -> PlainPicture | None:
    """An image's first view as PNG or JPEG, whichever suits it. None when it cannot be read or is
    absurdly large.
    """
    try:
        with Image.open(path, formats=("GIF", "WEBP", "BMP", "AVIF")) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(image)
            return _as_png(upright) if upright.has_transparency_data else _as_jpeg(upright)
    except UNREADABLE:
        return None


def _as_png(image: Image.Image) -> PlainPicture:
    file = BytesIO()
    image.convert("RGBA").save(file, "PNG")
    return PlainPicture("image/png", file.getvalue())


def _as_jpeg(image: Image.Image) -> PlainPicture:
    file = BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=92)
    return PlainPicture("image/jpeg", file.getvalue())


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG has no transparency."""
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground.convert("RGB")
