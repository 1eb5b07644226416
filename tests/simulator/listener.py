"""A webhook endpoint that remembers what was posted and answers as it is told."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAIT_SECONDS = 5.0


@dataclass
class Posted:
    """One post, with the moment it came."""

    headers: dict[str, str]
    raw: bytes
    body: dict[str, Any]
    at: float


@dataclass
class Listener:
    """`answers` are the status codes of the next posts; 200 when there are none left."""

    url: str = ""
    posts: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0
    dawdle: float = 0.0

    def kinds(self) -> list[str]:
        """What came: the type, or the status of a status webhook."""
        return [str(one.body.get("status", one.body["typeWebhook"])) for one in self.posts]

    def wait_for(self, *kinds: str) -> None:
        """Until exactly these came, in this order."""
        wait_until(lambda: self.kinds() == list(kinds), lambda: f"came: {self.kinds()}")


def wait_until(done: Callable[[], bool], words: Callable[[], str] = lambda: "not in time") -> None:
    """Wait for something that happens soon; fails with `words` after five seconds."""
    end = time.monotonic() + WAIT_SECONDS
    while not done():
        assert time.monotonic() < end, words()
        time.sleep(0.005)


def serve_listener(listener: Listener) -> ThreadingHTTPServer:
    """Start the endpoint on a free port and set the listener's url."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            listener.busy += 1
            listener.most_busy = max(listener.most_busy, listener.busy)
            posted = Posted(dict(self.headers), raw, json.loads(raw), time.monotonic())
            listener.posts.append(posted)
            time.sleep(listener.dawdle)
            listener.busy -= 1
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    return server
