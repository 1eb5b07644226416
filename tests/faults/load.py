"""Several hotels write to several guests each, all at the same time."""

import itertools
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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


class Load:
    """`with Load(stack, hotels) as load`: one writer for each chat, in turn a person at the desk
    and a program, each `lines` lines and not faster than one in `REST_SECONDS`.

    Every third line is posted twice at once, every fourth is the same short word again: neither may
    be lost or doubled for that.
    """

    def __init__(self, stack: Stack, hotels: Sequence[Hotel], lines: int = LINES) -> None:
        self.stack, self.hotels, self.lines = stack, hotels, lines
        self.history = History()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(CHATS * len(hotels))
        self._writers: list[Future[None]] = []

    def __enter__(self) -> "Load":
        chats = self._guests_write_first()
        for place, (hotel, chat_id) in enumerate(chats):
            writer = self._writer(place, hotel, chat_id)
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

    def wait_arrived(self, count: int, hotels: Sequence[Hotel] | None = None) -> None:
        """Until so many of its messages are on phones."""
        wait_until(lambda: self.arrived(hotels) >= count, verdict.PATIENCE, f"{count} arrivals")

    def arrived(self, hotels: Sequence[Hotel] | None = None) -> int:
        """How many of its messages are on phones."""
        found = verdict.phones(self.stack, hotels or self.hotels)
        return sum(len(texts) for chat, texts in found.items() if chat in self.history.asked)

    @property
    def writing(self) -> bool:
        """Whether somebody has still something to write."""
        return any(not writer.done() for writer in self._writers)

    def check(self, seconds: float = verdict.PATIENCE) -> None:
        """Every guest has every acknowledged message, once and in order, and nothing else."""
        assert self.history.count() == CHATS * len(self.hotels) * self.lines
        verdict.check_all_arrived(self.stack, self.hotels, self.history, seconds)
        verdict.check_numbers(self.stack)

    def _guests_write_first(self) -> list[tuple[Hotel, str]]:
        chats = [
            (hotel, f"4477{next(_numbers):08}@c.us") for hotel in self.hotels for _ in range(CHATS)
        ]
        for hotel, chat_id in chats:
            self.stack.simulator.write(hotel.id_instance, chat_id, text="Good evening")
        for hotel, chat_id in chats:
            wait_until(
                partial(conversation_of, self.stack, hotel, chat_id),
                GUESTS_SECONDS,
                "a guest's first letter",
            )
        return chats

    def _writer(self, place: int, hotel: Hotel, chat_id: str) -> Writer:
        if place % 2:
            return Program(self.stack, hotel)
        return Person(self.stack, hotel, chat_id)

    def _write(self, writer: Writer, hotel: Hotel, chat_id: str) -> None:
        for line in range(self.lines):
            text = "Yes" if line % 4 == 3 else f"{hotel.slug} to {chat_id}: {line}"
            said = Said(hotel.slug, chat_id, text, f"{chat_id} {line}")
            self.history.ask(said)
            if self._post(writer, said, 2 if line % 3 == 2 else 1):
                self.history.acknowledge(said)
            if self._stop.wait(REST_SECONDS):
                return

    def _post(self, writer: Writer, said: Said, times: int) -> bool:
        at_once = times > 1 and post_at_once(writer, said, times)
        return at_once or post_until_accepted(writer, said, self._stop)
