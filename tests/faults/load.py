"""Several hotels write to several guests each, all at the same time."""

import itertools
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType

from tests.faults import verdict
from tests.faults.history import History, Said
from tests.faults.writers import Person, Program, Writer, post_at_once, post_until_accepted
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import conversation_of

CHATS = 3
LINES = 5
REST_SECONDS = 0.15
GUESTS_SECONDS = 30.0
_numbers = itertools.count(1)


@dataclass
class Town:
    """Several hotels, and all that was ever sent from them: what comes late is seen later."""

    hotels: list[Hotel]
    history: History = field(default_factory=History)


class Load:
    """`with Load(stack, town) as load`: one writer for each chat, in turn a person at the desk and
    a program, each `lines` lines and not faster than one in `REST_SECONDS`.

    Every third line is posted twice at once, every fourth is the same short word again: neither may
    be lost or doubled for that.
    """

    def __init__(self, stack: Stack, town: Town, lines: int = LINES) -> None:
        self.stack, self.town, self.lines = stack, town, lines
        self._chats = [
            (hotel, f"4477{next(_numbers):08}@c.us") for hotel in town.hotels for _ in range(CHATS)
        ]
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(len(self._chats))
        self._writers: list[Future[None]] = []

    def __enter__(self) -> "Load":
        self._guests_write_first()
        writers = [
            self._writer(place, hotel, chat_id)
            for place, (hotel, chat_id) in enumerate(self._chats)
        ]
        for writer, (hotel, chat_id) in zip(writers, self._chats, strict=True):
            self._writers.append(self._pool.submit(self._write, writer, hotel, chat_id))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._stop.set()
        self._pool.shutdown()
        if kind is None:
            for writer in self._writers:
                writer.result()

    def wait_arrived(self, count: int, *hotels: Hotel) -> None:
        """Until so many of its messages are on phones, at these hotels or at all."""
        wait_until(lambda: self.arrived(*hotels) >= count, verdict.PATIENCE, f"{count} arrivals")

    def wait_more(self, count: int) -> None:
        """Until so many more arrive, or all are there."""
        self.wait_arrived(min(self.arrived() + count, self.total()))

    def arrived(self, *hotels: Hotel) -> int:
        """How many of its messages are on phones, at these hotels or at all."""
        asked = hotels or tuple(self.town.hotels)
        found = verdict.phones(self.stack, asked)
        mine = {(hotel.slug, chat_id) for hotel, chat_id in self._chats}
        return sum(len(texts) for chat, texts in found.items() if chat in mine)

    def total(self, *hotels: Hotel) -> int:
        """How many messages it sends, from these hotels or from all."""
        return CHATS * self.lines * len(hotels or self.town.hotels)

    def check(self, seconds: float = verdict.PATIENCE) -> None:
        """Every guest has every acknowledged message, once and in order, and nothing else."""
        told = self.town.history.acknowledged
        assert self.total() == sum(len(told[hotel.slug, chat_id]) for hotel, chat_id in self._chats)
        verdict.check_all_arrived(self.stack, self.town.hotels, self.town.history, seconds)
        verdict.check_numbers(self.stack)
        verdict.check_deadlocks(self.stack)

    def _guests_write_first(self) -> None:
        for hotel, chat_id in self._chats:
            self.stack.simulator.write(hotel.id_instance, chat_id, text="Good evening")
        for hotel, chat_id in self._chats:
            is_there = partial(conversation_of, self.stack, hotel, chat_id)
            wait_until(is_there, GUESTS_SECONDS, "a guest's first letter")

    def _writer(self, place: int, hotel: Hotel, chat_id: str) -> Writer:
        if place % 2:
            return Program(self.stack, hotel)
        return Person(self.stack, hotel, chat_id)

    def _write(self, writer: Writer, hotel: Hotel, chat_id: str) -> None:
        for line in range(self.lines):
            text = "Yes" if line % 4 == 3 else f"{hotel.slug} to {chat_id}: {line}"
            said = Said(hotel.slug, chat_id, text, f"{chat_id} {line}")
            self.town.history.ask(said)
            if self._post(writer, said, 2 if line % 3 == 2 else 1):
                self.town.history.acknowledge(said)
            if self._stop.wait(REST_SECONDS):
                return

    def _post(self, writer: Writer, said: Said, times: int) -> bool:
        at_once = times > 1 and post_at_once(writer, said, times)
        return at_once or post_until_accepted(writer, said, self._stop)
