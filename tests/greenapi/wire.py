"""A real server on a real socket that misbehaves on request."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


class Wire:
    """Listens on a free local port; every connection is read and treated as `behave` says."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = behaviours
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.requests: list[bytes] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                turn = min(len(self.requests), len(self._behaviours)) - 1
                self._behaviours[turn](connection)

    def close(self) -> None:
        self._listener.close()
        for connection in self._connections:
            connection.close()


@contextmanager
def wire(*behaviours: Behaviour) -> Iterator[Wire]:
    """A Wire whose first request meets the first behaviour, and so on; the last one stays."""
    server = Wire(*behaviours)
    try:
        yield server
    finally:
        server.close()


def read_request(connection: socket.socket) -> bytes:
    """One request with its body (Content-Length only); b'' when the other side is done."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            return b""
        head += piece
    length = 0
    for line in head.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = head.partition(b"\r\n\r\n")[2]
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return b""
        body += piece
        head += piece
    return head


def answers(body: bytes, status: str = "200 OK", extra: str = "") -> Behaviour:
    """Answer and keep the connection open."""

    def behave(connection: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
        connection.sendall(head.encode() + body)

    return behave


def sends(raw: bytes) -> Behaviour:
    """Send these bytes and close in an orderly way."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)

    return behave


def resets(connection: socket.socket) -> None:
    """Cut the connection hard (RST) after the request was read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hangs_up(connection: socket.socket) -> None:
    """Close without a byte of answer."""
    connection.shutdown(socket.SHUT_RDWR)


def holds(connection: socket.socket) -> None:
    """Say nothing until the other side gives up, or for two seconds."""
    connection.settimeout(2)
    with suppress(OSError):
        connection.recv(1)
    connection.shutdown(socket.SHUT_RDWR)


def drips(connection: socket.socket) -> None:
    """Answer one byte at a time, each well within any read timeout."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        connection.sendall(b" ")
        time.sleep(0.05)
    connection.shutdown(socket.SHUT_RDWR)


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


ACCEPTED = answers(b'{"idMessage":"BAE5"}')
BROKEN: dict[str, Behaviour] = {
    "reset after the request was read": resets,
    "closed without an answer": hangs_up,
    "no answer at all": holds,
    "an answer that drips": drips,
    "half an answer": sends(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"idM'),
    "half a chunk": sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"),
    "not http": sends(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "broken gzip": sends(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip"),
    "an empty 200": answers(b""),
    "null": answers(b"null"),
    "html": answers(b"<html>Welcome to HotelWifi</html>"),
    "no idMessage": answers(b'{"ok": true}'),
    "502": answers(b"Bad Gateway", "502 Bad Gateway"),
    "503": answers(b"", "503 Service Unavailable"),
    "504": answers(b"", "504 Gateway Timeout"),
    "500": answers(b"oops", "500 Internal Server Error"),
    "499": answers(b"", "499 Client Closed Request"),
    "408": answers(b"", "408 Request Timeout"),
    "two lengths": sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx"),
    "an odd redirect": answers(b"", "302 Found", "Location: http://[bad\r\n"),
    "another odd redirect": answers(b"", "303 See Other", "Location: x://\r\n"),
    "302": answers(b"", "302 Found", "Location: http://127.0.0.1:9/portal\r\n"),
}
