"""What the desk and programs asked for, and what they were told is accepted, in order."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Chat = tuple[str, str]
"""A hotel's slug and the chat id of a guest."""

Texts = Mapping[Chat, Sequence[str]]


@dataclass(frozen=True)
class Said:
    """One message that somebody wants at a guest. `client_ref` names it, however often it is
    posted.
    """

    hotel: str
    chat_id: str
    text: str
    client_ref: str

    @property
    def chat(self) -> Chat:
        """Where it belongs."""
        return self.hotel, self.chat_id


class History:
    """Every request and every acknowledgement of it. Safe to use from many threads.

    Who asks says so before the request leaves: what nobody answered may arrive all the same.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[tuple[Chat, str], Said] = {}
        self._acknowledged: dict[tuple[Chat, str], Said] = {}

    def ask(self, said: Said) -> None:
        """Somebody is about to post it."""
        with self._lock:
            self._asked.setdefault((said.chat, said.client_ref), said)

    def acknowledge(self, said: Said) -> None:
        """Somebody was told that it is accepted. The first time counts."""
        with self._lock:
            self._acknowledged.setdefault((said.chat, said.client_ref), said)

    @property
    def asked(self) -> dict[Chat, list[str]]:
        """The texts of each chat that may arrive."""
        with self._lock:
            return _by_chat(self._asked.values())

    @property
    def acknowledged(self) -> dict[Chat, list[str]]:
        """The texts of each chat that must arrive, in the order of their acknowledgement."""
        with self._lock:
            return _by_chat(self._acknowledged.values())

    def count(self, hotel: str = "") -> int:
        """How many were acknowledged, at one hotel or at all."""
        told = self.acknowledged
        return sum(len(texts) for (slug, _), texts in told.items() if hotel in ("", slug))


def _by_chat(all_said: Iterable[Said]) -> dict[Chat, list[str]]:
    found: dict[Chat, list[str]] = {}
    for said in all_said:
        found.setdefault(said.chat, []).append(said.text)
    return found
