"""Where the webhooks of an instance go, and one attempt to bring one there."""

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit


class Undelivered(Exception):
    """There was no answer; the message is the name of what went wrong."""


@dataclass(frozen=True)
class Addressee:
    """Where webhooks go; `token` is the webhookUrlToken setting as saved."""

    url: str
    token: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """The headers of a post: a bare token gets the scheme Bearer, never a signature."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "GREEN-API",
            "Connection": "close",
        }
        if self.token:
            own_scheme = self.token.split(" ")[0] in ("Bearer", "Basic")
            headers["Authorization"] = self.token if own_scheme else f"Bearer {self.token}"
        return headers

    def post(self, body: bytes, seconds: float) -> int:
        """The status code of one attempt; Undelivered without an answer.

        A connection of its own each time: a kept one that the other side closed just then would
        look like a refusal, and cost a minute. The plain client of the standard library, because
        a message brings four webhooks, and this is most of what the simulator does.
        """
        try:
            url = urlsplit(self.url)
            if not url.hostname:
                raise ValueError("no host")
            kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
            connection = kind(url.hostname, url.port, timeout=seconds)
            try:
                path = (url.path or "/") + (f"?{url.query}" if url.query else "")
                connection.request("POST", path, body, self.headers())
                answer = connection.getresponse()
                answer.read()
                return answer.status
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            raise Undelivered(type(error).__name__) from None
