"""One HTTP exchange with Green API: the only place that knows a URL with a token in it."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from inbox.greenapi.bodies import Body
from inbox.greenapi.errors import GreenApiError, Refused
from inbox.greenapi.redaction import quiet_urllib3, said_by_provider
from inbox.greenapi.sessions import Timeout, shared_session
from inbox.greenapi.verdicts import Answer, Call, of_answer, of_failure, uncertain

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes. A journal of a busy day, thumbnails included, stays far below."""

_PIECE = 64 * 1024
_OWN_HOSTS = ("green-api.com", "greenapi.com")

FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
"""Everything that requests lets through when an exchange fails. ValueError: an ordinary session
parses the Location of a redirect even when told not to follow it, and odd ones escape as that."""

quiet_urllib3()


@dataclass(frozen=True, repr=False)
class Request:
    """A call and what goes with it. `tail` follows the token in the path."""

    call: Call
    verb: str = "GET"
    payload: Mapping[str, object] | None = None
    upload: Body | None = None
    query: Mapping[str, int] = field(default_factory=dict)
    tail: str = ""
    to_media_host: bool = False
    least_read_timeout: float = 0


class Transport:
    """Exchanges for one instance. Threads may share it. Its repr and errors hold no token."""

    def __init__(
        self,
        id_instance: int,
        token: str,
        api_url: str,
        media_url: str,
        session: requests.Session | None,
        timeout: Timeout,
    ) -> None:
        if not token or not token.isprintable():
            raise ValueError("The API token is empty or holds unprintable characters.")
        self.id_instance = int(id_instance)
        self._token = token
        self._api_url, self._media_url = base_url(api_url), base_url(media_url)
        self._session = session
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"Transport(id_instance={self.id_instance})"

    def ask(self, request: Request) -> Answer:
        """The answer, if it is an acceptance (2xx). Raises GreenApiError."""
        outcome = self._exchange(request)
        # Raised here, after every frame and exception that knew the URL is gone: the error has
        # no __context__, and no traceback can show a local variable with the token in it.
        if isinstance(outcome, GreenApiError):
            raise outcome
        return outcome

    def _exchange(self, request: Request) -> Answer | GreenApiError:
        session = self._session or shared_session()
        try:
            prepared = self._prepare(session, request)
        except FAILURES:
            return Refused("invalid_request", method=request.call.method)
        try:
            answer = self._send(session, prepared, request)
        except FAILURES as error:
            return of_failure(error, request.call)
        return self._judged(answer, request)

    def _prepare(self, session: requests.Session, request: Request) -> requests.PreparedRequest:
        """The request as bytes. What fails here was certainly not sent."""
        wanted = requests.Request(
            request.verb,
            self._url(request),
            params=dict(request.query),
            json=None if request.payload is None else dict(request.payload),
            data=request.upload,
            headers=request.upload.headers if request.upload else None,
        )
        return session.prepare_request(wanted)

    def _send(
        self, session: requests.Session, prepared: requests.PreparedRequest, request: Request
    ) -> Answer | None:
        """What came back; None if it was absurdly large."""
        timeout = self._timeout.at_least(request.least_read_timeout)
        deadline = time.monotonic() + timeout.total
        around = session.merge_environment_settings(prepared.url or "", {}, True, None, None)
        response = session.send(
            prepared,
            timeout=(timeout.connect, timeout.read),
            allow_redirects=False,
            **around,
        )
        with response:
            body = _body(response, deadline)
        return None if body is None else _answer(response.status_code, response.headers, body)

    def _judged(self, answer: Answer | None, request: Request) -> Answer | GreenApiError:
        if answer is None:
            return uncertain("unreadable_answer", request.call)
        refusal = of_answer(answer, request.call)
        if refusal is None:
            return answer
        sent = request.upload.fields if request.upload else request.payload
        refusal.detail = said_by_provider(answer.message, [self._token], sent)
        return refusal

    def _url(self, request: Request) -> str:
        base = self._media_url if request.to_media_host else self._api_url
        token = quote(self._token, safe="")
        tail = f"/{request.tail}" if request.tail else ""
        return f"{base}/waInstance{self.id_instance}/{request.call.method}/{token}{tail}"


def base_url(url: str) -> str:
    """An apiUrl or mediaUrl without its last slash. Raises ValueError with a sentence.

    Plain http is for a simulator or a proxy of one's own; it is refused for Green API's hosts,
    because the token would cross the internet in the open.
    """
    trimmed = url.strip().rstrip("/")
    parts = urlsplit(trimmed)
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    if not is_web or parts.query or parts.fragment or "@" in parts.netloc or "\\" in url:
        raise ValueError("The address must look like https://7103.api.greenapi.com")
    host = parts.hostname or ""
    if parts.scheme == "http" and any(host == h or host.endswith("." + h) for h in _OWN_HOSTS):
        raise ValueError("The address of Green API must start with https://")
    return trimmed


def pieces(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """The body as it arrives. Raises a timeout past `deadline`, however slowly it drips."""
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the answer takes too long")


def _body(response: requests.Response, deadline: float) -> bytes | None:
    """The whole body; None when it is absurdly large."""
    body = bytearray()
    for piece in pieces(response, deadline):
        body += piece
        if len(body) > LARGEST_ANSWER:
            return None
    return bytes(body)


def _answer(status: int, headers: CaseInsensitiveDict[str], body: bytes) -> Answer:
    text = body.decode("utf-8-sig", "replace").strip()
    data: object = None
    with suppress(ValueError, RecursionError):  # text and HTML are real answers
        data = json.loads(text)
    return Answer(status, text, data, headers.get("Retry-After", ""))
