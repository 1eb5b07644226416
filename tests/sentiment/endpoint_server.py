"""A language model's endpoint on this machine, which answers as a test wants."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

GOOD = {"label": "upset", "score": -0.8, "why": "asks for the third time"}


class Endpoint:
    """`asked` holds every question with its headers. Change `said`, `status`, `seconds`, `raw`."""

    def __init__(self) -> None:
        self.said: object = GOOD
        self.raw: bytes | None = None
        self.status, self.seconds, self.drips = 200, 0.0, 0
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "Endpoint":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def body(self) -> bytes:
        """What is answered."""
        if self.raw is not None:
            return self.raw
        content = self.said if isinstance(self.said, str) else json.dumps(self.said)
        return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            endpoint.asked.append({"path": self.path, **json.loads(self.rfile.read(length))})
            endpoint.headers.append(dict(self.headers))
            time.sleep(endpoint.seconds)
            self.send_response(endpoint.status)
            if 300 <= endpoint.status < 400:
                self.send_header("Location", endpoint.url)
            self.end_headers()
            try:
                for _ in range(endpoint.drips):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.1)
                self.wfile.write(endpoint.body())
            except OSError:
                pass  # who asked has gone

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
