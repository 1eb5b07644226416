"""Fetching a file from a link that a webhook brought: a URL written by somebody else.

Only allow-listed hosts, every redirect checked again, a cap on bytes and on time. What arrives is
not looked at here: the caller sniffs the type and decides what to serve.
"""

import ipaddress
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from inbox.greenapi.errors import (
    Gone,
    GreenApiError,
    HostNotAllowed,
    RateLimited,
    TooLarge,
    Unreachable,
)
from inbox.greenapi.sessions import Timeout, shared_session
from inbox.greenapi.transport import FAILURES, pieces
from inbox.greenapi.verdicts import is_timeout, never_connected

_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_METHOD = "media"
_ODD = re.compile(r"[\\\x00-\x20\x7f]")
_HEADERS = {"Accept-Encoding": "identity", "Accept": "*/*"}


class Sink(Protocol):
    """Where the pieces of a file go, one after the other."""

    def write(self, piece: bytes, /) -> object:
        """Take a piece."""


@dataclass(frozen=True)
class Fetched:
    """A file that arrived whole. `content_type` is what the server claims, lower case."""

    size: int
    content_type: str


def fetch(
    url: str,
    into: Sink,
    *,
    allowed_hosts: Collection[str],
    max_bytes: int,
    timeout: Timeout = Timeout(connect=5, read=20, total=300),  # noqa: B008 (frozen)
) -> Fetched:
    """Write the file behind `url` into `into`.

    `allowed_hosts`: exact names, or suffixes with a leading dot ('.green-api.com'). Only https on
    its own port, but http on any port for a loopback host that is listed exactly.

    Raises HostNotAllowed, TooLarge, Gone (404, 403, 410: ask downloadFile for a fresh link),
    RateLimited (429) or Unreachable (again later). After an error `into` may hold a part.
    """
    outcome = _fetch(url, into, allowed_hosts, max_bytes, timeout)
    # Raised here so that no traceback or __context__ holds the link, which lets anyone in.
    if isinstance(outcome, GreenApiError):
        raise outcome
    return outcome


def _fetch(
    url: str, into: Sink, allowed: Collection[str], max_bytes: int, timeout: Timeout
) -> Fetched | GreenApiError:
    deadline = time.monotonic() + timeout.total
    for _ in range(_MOST_REDIRECTS + 1):
        if not is_allowed(url, allowed):
            return HostNotAllowed("host_not_allowed", method=_METHOD)
        try:
            response = shared_session().get(
                url,
                headers=_HEADERS,
                timeout=(timeout.connect, timeout.read),
                allow_redirects=False,
                stream=True,
            )
        except FAILURES as error:
            return _failed(error)
        with response:
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location:
                return _save(response, into, max_bytes, deadline)
        url = _next(url, location)
    return Unreachable("redirected", method=_METHOD)


def _next(url: str, location: str) -> str:
    """Where a redirect leads; '' if that cannot be read."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def is_allowed(url: str, allowed_hosts: Collection[str]) -> bool:
    """Whether we go there.

    urllib's and urllib3's parsers disagree about odd URLs (`https://evil\\@good/`), and only the
    second one's opinion opens the connection: both must see the same, and nothing odd.
    """
    try:
        parts, other = urlsplit(url), parse_url(url)
        port = parts.port
    except (ValueError, LocationParseError):
        return False
    host = (parts.hostname or "").lower()
    if _ODD.search(url) or "@" in parts.netloc or not host.isascii():
        return False
    if not host or (other.host or "").strip("[]").lower() != host or other.port != port:
        return False
    names = {name.lower() for name in allowed_hosts}
    if parts.scheme == "http":
        return host in names and _is_loopback(host)
    is_listed = host in names or any(n.startswith(".") and host.endswith(n) for n in names)
    return parts.scheme == "https" and is_listed and (port in (None, 443) or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _save(
    response: requests.Response, into: Sink, max_bytes: int, deadline: float
) -> Fetched | GreenApiError:
    refusal = _refusal(response, max_bytes)
    if refusal:
        return refusal
    size = 0
    body = pieces(response, deadline)
    while True:
        # Only the network's failures are caught: a full disk is the caller's to hear about.
        try:
            piece = next(body, b"")
        except FAILURES as error:
            return _failed(error)
        if not piece:
            break
        size += len(piece)
        if size > max_bytes:
            return TooLarge("file_too_large", method=_METHOD)
        into.write(piece)
    return Fetched(size, response.headers.get("Content-Type", "").strip().lower())


def _refusal(response: requests.Response, max_bytes: int) -> GreenApiError | None:
    status = response.status_code
    if status in (403, 404, 410):
        return Gone("gone", method=_METHOD, status=status)
    if status == 429:
        return RateLimited("rate_limited", method=_METHOD, status=status)
    if status != 200:
        return Unreachable("server_trouble", method=_METHOD, status=status)
    claimed = response.headers.get("Content-Length", "")
    if claimed.isdecimal() and len(claimed) < 20 and int(claimed) > max_bytes:
        return TooLarge("file_too_large", method=_METHOD, status=status)
    return None


def _failed(error: Exception) -> GreenApiError:
    if never_connected(error):
        return Unreachable("unreachable", method=_METHOD)
    code = "no_answer" if is_timeout(error) else "connection_lost"
    return Unreachable(code, method=_METHOD)
