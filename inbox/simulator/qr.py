"""A picture that looks like a QR code, for the linking page. It scans to nothing."""

import base64
import random
import struct
import zlib

_MODULES = 33
_PIXELS = 8
_QUIET = 4


def qr_picture() -> str:
    """A PNG in base64, different each time, as the real code changes every 20 seconds."""
    dark = [[random.random() < 0.5 for _ in range(_MODULES)] for _ in range(_MODULES)]
    for left, top in ((0, 0), (_MODULES - 7, 0), (0, _MODULES - 7)):
        _draw_finder(dark, left, top)
    return base64.b64encode(_png(_with_border(dark))).decode()


def _draw_finder(dark: list[list[bool]], left: int, top: int) -> None:
    for y in range(-1, 8):
        for x in range(-1, 8):
            if 0 <= top + y < _MODULES and 0 <= left + x < _MODULES:
                ring = max(abs(x - 3), abs(y - 3))
                dark[top + y][left + x] = ring in (0, 1, 3)


def _with_border(dark: list[list[bool]]) -> list[list[bool]]:
    side = [False] * _QUIET
    empty = [[False] * (_MODULES + 2 * _QUIET)] * _QUIET
    return [*empty, *([*side, *row, *side] for row in dark), *empty]


def _png(dark: list[list[bool]]) -> bytes:
    size = len(dark) * _PIXELS
    rows = bytearray()
    for line in dark:
        row = b"".join((b"\x00" if one else b"\xff") * _PIXELS for one in line)
        rows += (b"\x00" + row) * _PIXELS
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum
