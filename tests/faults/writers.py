"""Who writes to guests: a person at the desk's form, or a program over the JSON API."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import requests

from tests.faults.history import Said
from tests.stack import Hotel, Stack
from tests.stack.database import conversation_of
from tests.stack.desk import Desk

REST_SECONDS = 0.2
BUSY = (429, 503)
"""Nobody answered for the message: it is asked for again, with the same reference."""


class Writer(Protocol):
    """Somebody who posts one message. Whether it was accepted; anything but a fault of the
    weather is an AssertionError."""

    def post(self, said: Said) -> bool:
        """Post it once."""


class Person:
    """Somebody signed in at the desk, with the thread open, perhaps in two tabs."""

    def __init__(self, stack: Stack, hotel: Hotel, chat_id: str) -> None:
        self._desk = Desk(stack, hotel)
        self._thread = conversation_of(stack, hotel, chat_id)

    def post(self, said: Said) -> bool:
        """Press Enter."""
        try:
            answer = self._desk.reply(self._thread, said.text, client_ref=said.client_ref)
        except requests.RequestException:
            return False
        assert answer.ok or answer.status_code in BUSY, (answer.status_code, answer.text)
        assert not answer.ok or said.client_ref in answer.text, answer.text
        return answer.ok


class Program:
    """A system of the hotel."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self._stack, self._hotel = stack, hotel

    def post(self, said: Said) -> bool:
        """Call the API."""
        try:
            answer = self._stack.send(
                self._hotel, chat_id=said.chat_id, message=said.text, client_ref=said.client_ref
            )
        except requests.RequestException:
            return False
        assert answer.ok or answer.status_code in BUSY, (answer.status_code, answer.text)
        return answer.ok


def post_until_accepted(writer: Writer, said: Said, stop: threading.Event) -> bool:
    """As a patient person does. False when told to stop before it was accepted."""
    while not writer.post(said):
        if stop.wait(REST_SECONDS):
            return False
    return True


def post_at_once(writer: Writer, said: Said, times: int) -> bool:
    """A double click, two tabs, or a program that does not wait. Whether any was accepted."""
    with ThreadPoolExecutor(times) as pool:
        return any(list(pool.map(lambda _: writer.post(said), range(times))))
