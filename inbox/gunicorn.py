"""How gunicorn serves the web process. Read by path (`--config`), before any of our code is loaded.

`HOST`, `PORT`, `WEB_CONCURRENCY` and `WEB_THREADS` come from the environment.
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any


def _number(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 10_000:
        return int(value)
    sys.exit(f"Lobby cannot start: {name} must be a whole number from 1 to 10000.")


bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = _number("WEB_CONCURRENCY", os.environ.get("WEB_CONCURRENCY", "1"))
# Every open page holds one thread for its socket, and a browser's spare connection one for five
# seconds: open pages of one process plus a hundred. Threads are made when first needed.
threads = _number("WEB_THREADS", os.environ.get("WEB_THREADS", "300"))
worker_connections = threads + 700
timeout = 60
graceful_timeout = 10
control_socket_disable = True
proc_name = "lobby-web"


def on_starting(_server: Any) -> None:
    """Refuse wrong settings once and for all: gunicorn would start its workers again for ever."""
    from inbox.config import Settings
    from inbox.environment import SettingsError

    try:
        Settings.from_env(os.environ)
    except SettingsError as error:
        sys.exit(f"Lobby cannot start: {error}")


def post_worker_init(worker: Any) -> None:
    """The application is loaded: settle, and mind how to leave."""
    from inbox import memory

    memory.settle()
    _leave_at_once(worker)


def _leave_at_once(worker: Any) -> None:
    """Close the browsers' sockets as soon as the worker is told to stop.

    A socket is a request without an end: left open, each stop would last the whole
    `graceful_timeout`. Ordinary requests are still answered, and browsers connect again by
    themselves.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        worker.handle_exit(number, frame)
        threading.Thread(target=_close_sockets, daemon=True).start()

    signal.signal(signal.SIGTERM, leave)


def _close_sockets() -> None:
    from inbox.extensions import socketio

    if socketio.server is not None:
        for socket in list(socketio.server.eio.sockets.values()):
            socket.close(wait=False)
