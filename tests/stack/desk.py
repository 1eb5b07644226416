"""A signed-in person without a browser: pages, forms with their CSRF token, and the live socket."""

import json
import re
import time
from types import TracebackType
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from simple_websocket import Client, ConnectionClosed

from tests.stack.stack import Hotel, Stack

SECONDS = 30.0


class Desk:
    """`Desk(stack, hotel)` is signed in as the hotel's member of staff."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self.stack, self.hotel = stack, hotel
        self.session = requests.Session()
        self.csrf = _csrf(self.session.get(f"{stack.url}/sign-in", timeout=SECONDS).text)
        form = {"email": hotel.email, "password": hotel.password}
        answer = self.post("/sign-in", **form)
        assert answer.ok, answer.status_code
        self.csrf = _csrf(answer.text)

    def get(self, path: str, **headers: str) -> requests.Response:
        """GET a path of the web process."""
        return self.session.get(self.stack.url + path, headers=headers, timeout=SECONDS)

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form with its CSRF token, as a page without scripts does."""
        return self._send(path, form, {})

    def act(self, path: str, **form: str) -> requests.Response:
        """Send a form with its CSRF token, as htmx does: the answer is a fragment."""
        return self._send(path, form, {"HX-Request": "true"})

    def _send(
        self,
        path: str,
        form: dict[str, str],
        more: dict[str, str],
        files: dict[str, tuple[str, bytes | BinaryIO]] | None = None,
    ) -> requests.Response:
        return self.session.post(
            self.stack.url + path,
            data={"csrf_token": self.csrf, **form},
            files=files,
            headers={"Referer": self.stack.url + path, **more},
            timeout=SECONDS,
        )

    def page(self, view: str = "needs_us") -> str:
        """The list of conversations."""
        return self._text(f"/h/{self.hotel.slug}/?view={view}")

    def thread(self, conversation_id: int) -> str:
        """The page with this conversation open."""
        return self._text(f"/h/{self.hotel.slug}/c/{conversation_id}")

    def changes(self, since: int, open_id: int | str = "", view: str = "needs_us") -> str:
        """What the live endpoint draws for a page that stands at change number `since`."""
        query = f"since={since}&open={open_id}&view={view}"
        return self._text(f"/h/{self.hotel.slug}/changes?{query}")

    def reply(self, conversation_id: int, body: str, **form: str) -> requests.Response:
        """Press Enter in the composer."""
        form = {"body": body, "client_ref": str(uuid4()), "quoted": "", **form}
        return self.act(f"/h/{self.hotel.slug}/c/{conversation_id}/reply", **form)

    def attach_file(
        self, conversation_id: int, content: bytes | BinaryIO, name: str, **form: str
    ) -> requests.Response:
        """Send a file from the composer."""
        form = {"body": "", "client_ref": str(uuid4()), "quoted": "", **form}
        path = f"/h/{self.hotel.slug}/c/{conversation_id}/files"
        return self._send(path, form, {"HX-Request": "true"}, {"file": (name, content)})

    def cursor(self) -> int:
        """The change number at which the page stands now."""
        found = re.search(r'id="cursor"[^>]* value="(\d+)"', self.page())
        assert found, "the page has no cursor"
        return int(found[1])

    def listen(self) -> "Socket":
        """Open the live socket of the hotel."""
        return Socket(self)

    def _text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.ok, f"{path}: {answer.status_code}"
        return answer.text


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]


class Socket:
    """A Socket.IO client by hand (Engine.IO 4 on a WebSocket): it connects, listens and pongs."""

    def __init__(self, desk: Desk) -> None:
        place = urlsplit(desk.stack.url)
        query = f"EIO=4&transport=websocket&hotel={desk.hotel.slug}"
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in desk.session.cookies)
        self._client = Client(
            f"ws://{place.netloc}/socket.io/?{query}",
            headers={"Cookie": cookies},
        )
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.open = self.closed = False
        self._client.send("40")
        deadline = time.monotonic() + SECONDS
        while not self.open and time.monotonic() < deadline:
            self._take(1.0)

    def __enter__(self) -> "Socket":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._client.close()
        except ConnectionClosed:
            pass

    def seqs(self, event: str = "changed") -> list[int]:
        """The change numbers that came with an event so far."""
        self._read()
        return [int(data["seq"]) for name, data in self.heard if name == event]

    def was_closed(self) -> bool:
        """Whether the server has put us out."""
        self._read()
        return self.closed

    def _read(self) -> None:
        try:
            while self._take(0):
                pass
        except ConnectionClosed:
            self.closed = True

    def _take(self, seconds: float) -> bool:
        """Deal with one packet, if one comes in time."""
        packet = self._client.receive(timeout=seconds)
        if packet is None:
            return False
        text = packet if isinstance(packet, str) else packet.decode()
        if text == "2":
            self._client.send("3")
        elif text.startswith("40"):
            self.open = True
        elif text.startswith("41"):
            self.closed = True
        elif text.startswith("42"):
            name, data = json.loads(text[2:])
            self.heard.append((name, data))
        return True
