"""A multipart body that is read while it is sent.

requests would build the whole body in memory and hand it to the socket in one call, whose
timeout is then the connect timeout: a 100 MB file would have to leave in five seconds. Read in
pieces, each piece gets that time.
"""

import io
import os
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from urllib3.fields import RequestField


class Multipart:
    """Text fields and one file, as multipart/form-data. It can be sent once."""

    def __init__(
        self, fields: Mapping[str, str], file: BinaryIO, file_name: str, mime_type: str
    ) -> None:
        self.fields = dict(fields)
        self._boundary = os.urandom(16).hex()
        self._file = file
        self.file_size = _rest_of(file)
        texts = (self._part(RequestField(name, value)) for name, value in fields.items())
        file_field = RequestField("file", b"", filename=file_name)
        head = b"".join(texts) + self._part(file_field, mime_type or "application/octet-stream")
        tail = f"\r\n--{self._boundary}--\r\n".encode()
        self._length = len(head) + self.file_size + len(tail)
        self._sections: list[BinaryIO] = [io.BytesIO(head), file, io.BytesIO(tail)]

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": f"multipart/form-data; boundary={self._boundary}"}

    def _part(self, part: RequestField, mime_type: str | None = None) -> bytes:
        """A part's boundary and headers; for a text its value too."""
        part.make_multipart(content_type=mime_type)
        head = f"--{self._boundary}\r\n{part.render_headers()}".encode()
        value = part.data.encode() + b"\r\n" if isinstance(part.data, str) else b""
        return head + value

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(16 * 1024):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; b'' at the end."""
        while self._sections:
            piece = self._sections[0].read(size)
            if piece:
                return piece
            self._sections.pop(0)
        return b""


def _rest_of(file: BinaryIO) -> int:
    """Bytes between the file's position and its end."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here
