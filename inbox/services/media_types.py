"""What a file really is, by its bytes, and what a browser may be given."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8192
THUMB_SIDE = 640
MOST_PIXELS = 60_000_000

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
}


@dataclass(frozen=True)
class Picture:
    """An image's size in pixels, turned the right way up, and a small JPEG of it."""

    width: int
    height: int
    thumbnail: bytes


def sniff(path: Path) -> str:
    """The media type that the file's bytes show; octet-stream when they show none we know."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return ALIASES.get(found, found) or UNKNOWN


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
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return Picture(width, height, small.getvalue())


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG has no transparency."""
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground.convert("RGB")
