"""Request bodies with a file in them, read while they are sent.

requests would build the whole body in memory and hand it to the socket in one call, whose
timeout is then the connect timeout: a 100 MB file would have to leave in five seconds. Read in
pieces, each piece gets that time.
"""

import io
import os
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import quote

from urllib3.fields import RequestField

_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?: *; *[\w.+-]+=\"?[\w.+-]+\"?)*", re.ASCII)
_UNKNOWN_TYPE = "application/octet-stream"
_PLAIN_IN_HEADERS = " !#$&'()+,;=@[]^`{}~"
_PIECE = 16 * 1024


class Body:
    """Some sections, one after the other. It can be sent once.

    `fields` are the texts that go with it; `file_size` are the bytes of the file alone.
    """

    def __init__(
        self,
        sections: list[BinaryIO],
        headers: Mapping[str, str],
        fields: Mapping[str, str],
        file_size: int,
    ) -> None:
        self.headers = dict(headers)
        self.fields = dict(fields)
        self.file_size = file_size
        self._length = sum(_rest_of(section) for section in sections)
        self._sections = sections

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(_PIECE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; b'' at the end."""
        while self._sections:
            piece = self._sections[0].read(size)
            if piece:
                return piece
            self._sections.pop(0)
        return b""


def multipart(fields: Mapping[str, str], file: BinaryIO, file_name: str, mime_type: str) -> Body:
    """Text fields and one file, as multipart/form-data."""
    boundary = os.urandom(16).hex()
    texts = (_part(boundary, RequestField(name, value)) for name, value in fields.items())
    file_field = RequestField("file", b"", filename=file_name)
    head = b"".join(texts) + _part(boundary, file_field, _typed(mime_type))
    tail = f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return Body([io.BytesIO(head), file, io.BytesIO(tail)], headers, fields, _rest_of(file))


def bare(file: BinaryIO, file_name: str, mime_type: str) -> Body:
    """The file and nothing else; its name, percent-encoded where it is not plain ASCII, and its
    type are in the headers."""
    named = {"GA-Filename": quote(file_name, safe=_PLAIN_IN_HEADERS)}
    headers = {"Content-Type": _typed(mime_type), **named}
    return Body([file], headers, {"fileName": file_name, **named}, _rest_of(file))


def _rest_of(file: BinaryIO) -> int:
    """Bytes between the file's position and its end."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def _part(boundary: str, part: RequestField, mime_type: str | None = None) -> bytes:
    """A part's boundary and headers; for a text its value too."""
    part.make_multipart(content_type=mime_type)
    head = f"--{boundary}\r\n{part.render_headers()}".encode()
    value = part.data.encode() + b"\r\n" if isinstance(part.data, str) else b""
    return head + value


def _typed(mime_type: str) -> str:
    """The type if it is one: it stands in a header, where nothing else may get in with it."""
    return mime_type if _MIME_TYPE.fullmatch(mime_type) else _UNKNOWN_TYPE
