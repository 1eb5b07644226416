"""The web process ends promptly although browsers hold sockets open, and answers what it began."""

import json
import re
import time
from pathlib import Path

import requests
import simple_websocket

from tests.stack import Hotel, Stack


def sign_in(stack: Stack, hotel: Hotel) -> requests.Session:
    """A browser's cookies after signing in at the hotel's desk."""
    browser = requests.Session()
    form = browser.get(f"{stack.url}/sign-in", timeout=10).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None
    data = {"csrf_token": token[1], "email": hotel.email, "password": hotel.password}
    entered = browser.post(f"{stack.url}/sign-in", data=data, timeout=10, allow_redirects=False)
    assert entered.status_code == 303, entered.text
    return browser


def open_socket(stack: Stack, hotel: Hotel, browser: requests.Session) -> simple_websocket.Client:
    """A Socket.IO connection to the hotel, ready for events."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = f"{stack.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    socket = simple_websocket.Client(f"{address}&hotel={hotel.slug}", headers={"Cookie": cookie})
    socket.send("40")
    return socket


def test_open_sockets_do_not_hold_up_the_end(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        hotel = stack.add_hotel("grand-plaza")
        browser = sign_in(stack, hotel)
        sockets = [open_socket(stack, hotel, browser) for _ in range(3)]
        heard = [hear(socket, "heartbeat") for socket in sockets]
        assert all("seq" in one for one in heard)
        began = time.monotonic()
        stack.services["web"].stop()
        assert time.monotonic() - began < 4
        browser.close()


def hear(socket: simple_websocket.Client, event: str) -> dict[str, object]:
    """The body of the next such event."""
    while True:
        line = socket.receive(timeout=20)
        assert line is not None, f"no {event} came"
        if str(line).startswith("42"):
            name, body = json.loads(str(line)[2:])
            if name == event:
                return dict(body)
