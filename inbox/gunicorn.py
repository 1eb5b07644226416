"""How gunicorn serves the web process. Read by path (`--config`), before any of our code is loaded.

`HOST`, `PORT`, `WEB_CONCURRENCY` and `WEB_THREADS` come from the environment.
"""

import os
import signal
import threading
from types import FrameType
from typing import Any

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
# Every open page holds one thread for its socket, and a browser's spare connection one for five
# seconds: open pages of one process plus a hundred. Threads are made when first needed.
threads = int(os.environ.get("WEB_THREADS", "300"))
worker_connections = threads + 700
timeout = 60
graceful_timeout = 10
control_socket_disable = True
proc_name = "lobby-web"


def post_worker_init(worker: Any) -> None:
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
