"""The HTTP server of the simulator: kept-alive connections that can also be cut on purpose."""

import contextlib
import io
import select
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.test import run_wsgi_app

from inbox.simulator.app import create_app
from inbox.simulator.config import ConfigError, SimulatorConfig, read_instances
from inbox.simulator.life import Life
from inbox.simulator.surface import Wire
from inbox.simulator.timing import Timing
from inbox.simulator.world import World

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_IDLE_SECONDS = 120
_DEMO_RETRY_SECONDS = 3.0


class PortBusy(OSError):
    """The port is taken; the message is one clear line."""


class Server(ThreadingHTTPServer):
    """Threads per connection, daemons all; a bound port is shown in `server_address`."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, config: SimulatorConfig, port: int, app: Flask) -> None:
        self.app = app
        try:
            super().__init__((config.host, port), Handler)
        except OSError as error:
            words = f"port {port} is busy or not allowed ({error.strerror}): stop what uses it"
            raise PortBusy(f"simulator: {words}, or choose another SIMULATOR_PORT") from None

    def shutdown_request(self, request: Any) -> None:
        """Close; without the polite goodbye first where the connection is to be reset."""
        with contextlib.suppress(OSError):
            linger = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
            if linger == _RESET_ON_CLOSE:
                request.close()
                return
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say that a connection broke, without the request line: it holds a token."""
        error = sys.exc_info()[0]
        if error is not None and not issubclass(error, ConnectionError | TimeoutError):
            print(f"simulator: a connection failed: {error.__name__}", file=sys.stderr)


class Handler(BaseHTTPRequestHandler):
    """Runs the Flask app for each request of one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    wbufsize = -1

    def handle_method(self) -> None:
        """Answer one request; the app may ask to hang, reset or dawdle instead."""
        wire = Wire()
        environ = self._environ(self._read_body(), wire)
        parts, status, headers = run_wsgi_app(self.server.app, environ)
        body = b"".join(parts)
        if wire.cut == "hang":
            select.select([self.connection], [], [], wire.hold_seconds)
            self.close_connection = True
        elif wire.cut == "reset":
            linger = socket.SO_LINGER
            self.connection.setsockopt(socket.SOL_SOCKET, linger, _RESET_ON_CLOSE)
            self.close_connection = True
        else:
            code, _, reason = status.partition(" ")
            self._write(int(code), reason, list(headers), body, wire.slow_body_seconds)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_method  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: request lines hold tokens."""

    def version_string(self) -> str:
        """The Server header."""
        return "nginx"

    def _write(
        self, code: int, reason: str, headers: list[tuple[str, str]], body: bytes, slow: float
    ) -> None:
        self.send_response(code, reason)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            body = b""
        if slow:
            half = len(body) // 2
            self.wfile.write(body[:half])
            self.wfile.flush()
            time.sleep(slow)
            body = body[half:]
        self.wfile.write(body)
        self.wfile.flush()

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _environ(self, body: bytes, wire: Wire) -> dict[str, Any]:
        url = urlsplit(self.path)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
            "QUERY_STRING": url.query,
            "REMOTE_ADDR": str(self.client_address[0]),
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "simulator.wire": wire,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH", "TRANSFER_ENCODING"):
                environ[f"HTTP_{key}"] = value
        return environ


class RunningSimulator:
    """A simulator on a thread of this process, for tests: `with RunningSimulator(config) as sim`.

    Port 0 takes a free one. `url` is where it answers; `world` is its inside.
    """

    def __init__(self, config: SimulatorConfig | None = None, port: int = 0) -> None:
        config = config or SimulatorConfig()
        app = Flask("inbox.simulator")
        self._server = Server(config, port, app)
        self.port = int(self._server.server_address[1])
        self.url = f"http://{config.host}:{self.port}"
        self.world = World(replace(config, base_url=self.url))
        self._server.app = create_app(self.world)
        if config.demo:
            Life(self.world)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True
        )

    def __enter__(self) -> "RunningSimulator":
        self._thread.start()
        return self

    def __exit__(self, *ignored: object) -> None:
        self.world.stop()
        self._server.shutdown()
        self._server.server_close()


def serve(port: int, config: SimulatorConfig) -> None:
    """Run until SIGINT or SIGTERM; leaves the process with 1 and one line when the port is busy."""
    try:
        running = RunningSimulator(config, port)
    except PortBusy as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    stop = threading.Event()
    _on_signals(stop)
    with running:
        print(f"simulator: Green API stand-in on {running.url}", flush=True)
        while not stop.wait(3600):
            continue


def run(port: int, instances_file: str | None, demo: bool) -> None:
    """The command: instances from a JSON file or two of our own, with or without lively guests.

    The demo brings a refused webhook back after seconds instead of a minute: its web server may
    start a moment later than the guests.
    """
    try:
        timing = Timing(webhook_retry_seconds=_DEMO_RETRY_SECONDS) if demo else Timing()
        config = SimulatorConfig(demo=demo, timing=timing)
        if instances_file:
            config = replace(config, instances=read_instances(instances_file))
    except ConfigError as error:
        print(f"simulator: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    serve(port, config)


def _on_signals(stop: threading.Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, end)
        signal.signal(signal.SIGTERM, end)
