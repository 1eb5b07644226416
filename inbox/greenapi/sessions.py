"""The connection pool: one per process, shared by every instance and every thread."""

import os
import socket
import sys
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

_POOLS, _CONNECTIONS_PER_HOST = 50, 50
_PROBE_AFTER, _PROBE_EVERY, _PROBES = 30, 10, 3  # seconds, seconds, and how many without an answer
_IDLE: int = getattr(socket, "TCP_KEEPALIVE" if sys.platform == "darwin" else "TCP_KEEPIDLE")
_ALIVE = [
    *HTTPConnection.default_socket_options,
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, _IDLE, _PROBE_AFTER),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _PROBE_EVERY),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES),
]


@dataclass(frozen=True)
class Timeout:
    """Seconds: to connect, between two pieces of the answer, and for the whole answer."""

    connect: float = 5
    read: float = 20
    total: float = 120

    def at_least(self, read: float) -> "Timeout":
        """The same with a read timeout of no less than `read`, and a total beyond that."""
        longest = max(self.read, read)
        return Timeout(self.connect, longest, max(self.total, longest + self.connect))


_lock = Lock()
_sessions: dict[int, requests.Session] = {}


def shared_session() -> requests.Session:
    """This process's session.

    Kept by process id: two processes that wrote to one inherited socket (an RQ work-horse and its
    parent, a preloaded gunicorn worker) would read each other's answers.
    """
    pid = os.getpid()
    session = _sessions.get(pid)
    if session is None:
        with _lock:
            session = _sessions.setdefault(pid, new_session())
    return session


def _forget_lock() -> None:
    """A thread of the parent may have held the lock when we were forked."""
    global _lock
    _lock = Lock()


os.register_at_fork(after_in_child=_forget_lock)


class _Straight(requests.Session):
    """Sees no redirects. Even told not to follow one, requests would read its whole body and
    parse its Location."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Alive(HTTPAdapter):
    """Asks its idle connections whether they are still there. A router forgets an idle connection
    without a word; the first reply after a quiet hour would go into it, and nobody could say
    whether the guest has it.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, socket_options=_ALIVE, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, socket_options=_ALIVE, **kwargs)


def new_session() -> requests.Session:
    """A pooled session that retries nothing, follows nothing, and keeps no cookies."""
    session = _Straight()
    adapter = _Alive(pool_connections=_POOLS, pool_maxsize=_CONNECTIONS_PER_HOST, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "lobby-greenapi"
    return session
