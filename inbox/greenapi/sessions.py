"""The connection pool: one per process, shared by every instance and every thread."""

import os
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from threading import Lock

import requests
from requests.adapters import HTTPAdapter

_POOLS, _CONNECTIONS_PER_HOST = 50, 50


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


def new_session() -> requests.Session:
    """A pooled session that retries nothing, follows nothing, and keeps no cookies."""
    session = _Straight()
    adapter = HTTPAdapter(
        pool_connections=_POOLS, pool_maxsize=_CONNECTIONS_PER_HOST, max_retries=0
    )
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "lobby-greenapi"
    return session
