"""What most do instead: an RQ job for each message, tried again when it fails. The same load of
faults for both, and what became of the messages.
"""

import sys
import time
from collections.abc import Callable
from subprocess import DEVNULL, Popen

import redis
from rq import Queue, Retry

from tests.bench.plain_job import CALL_SECONDS, send
from tests.bench.report import heading, row
from tests.faults import checkers
from tests.faults.history import Chat
from tests.faults.verdict import phones, rows
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import number

HOTELS, MESSAGES, PER_SECOND = 10, 400, 15.0
KILLS_EVERY = 6.0
FAULTS = {
    "rate_limit": {"probability": 0.05, "methods": ["sendMessage"]},
    "accept_then_timeout": {"probability": 0.02, "seconds": 4, "methods": ["sendMessage"]},
}
QUEUE = "plain"
PATIENCE = 90.0  # seconds, after the last message was said
Say = Callable[[Hotel, str, str], None]


def measure(stack: Stack) -> None:
    """Print what became of the same messages by either way."""
    heading(
        f"{MESSAGES} messages, 5 % refused (429), 2 % accepted without an answer, "
        f"a worker killed every {KILLS_EVERY:.0f} s"
    )
    ours = stack.add_hotels(*(f"ours-{n}" for n in range(HOTELS)))
    theirs = stack.add_hotels(*(f"plain-{n}" for n in range(HOTELS)))
    _product(stack, ours)
    _plain_jobs(stack, theirs)


def _product(stack: Stack, hotels: list[Hotel]) -> None:
    for hotel in hotels:
        stack.simulator.write(hotel.id_instance, _guest(0), text="Hello")
        stack.simulator.write(hotel.id_instance, _guest(1), text="Hello")

    def say(hotel: Hotel, chat_id: str, text: str) -> None:
        stack.send(hotel, chat_id=chat_id, message=text, client_ref=text).raise_for_status()

    asked = _weather(stack, hotels, say, lambda: stack.kill9_children("sending"))
    open_rows = "SELECT count(*) FROM message WHERE status IN ('queued', 'sending', 'unconfirmed')"
    wait_until(lambda: number(stack, open_rows) == 0, 180, "the outbox to be empty")
    _settled(stack, hotels)
    _print("Lobby", asked, phones(stack, hotels), stack, hotels)


def _plain_jobs(stack: Stack, hotels: list[Hotel]) -> None:
    connection = redis.Redis(unix_socket_path=str(stack.settings.valkey_socket))
    queue = Queue(QUEUE, connection=connection)
    worker = _Worker(str(stack.settings.valkey_socket))

    def say(hotel: Hotel, chat_id: str, text: str) -> None:
        url = f"{stack.simulator.url}/waInstance{hotel.id_instance}/sendMessage/{hotel.token}"
        queue.enqueue(send, url, chat_id, text, retry=Retry(max=3), result_ttl=0)

    asked = _weather(stack, hotels, say, worker.replace)
    deadline = time.monotonic() + PATIENCE
    while len(queue) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(2 * CALL_SECONDS)
    waiting = len(queue)
    worker.stop()
    _settled(stack, hotels)
    _print("a plain RQ job with Retry(max=3)", asked, phones(stack, hotels))
    row("of which still in its queue", str(waiting))


class _Worker:
    """RQ's own worker process, as its documents start it."""

    def __init__(self, socket: str) -> None:
        self._command = [sys.executable, "-m", "rq.cli", "worker", QUEUE, "--quiet"]
        self._command += ["--url", f"unix://{socket}"]
        self._process = self._begun()

    def replace(self) -> None:
        """kill -9, and what a supervisor does then."""
        self._process.kill()
        self._process.wait()
        self._process = self._begun()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()

    def _begun(self) -> Popen[bytes]:
        return Popen(self._command, stderr=DEVNULL)  # its failures are counted, not told


def _weather(
    stack: Stack, hotels: list[Hotel], say: Say, kill: Callable[[], object]
) -> dict[Chat, list[str]]:
    """Say everything while it storms; what was said, chat by chat."""
    for hotel in hotels:
        stack.simulator.faults(hotel.id_instance, **FAULTS)
    asked: dict[Chat, list[str]] = {}
    start, killed = time.monotonic(), time.monotonic()
    for n in range(MESSAGES):
        time.sleep(max(0.0, start + n / PER_SECOND - time.monotonic()))
        hotel, chat_id = hotels[n % len(hotels)], _guest(n // len(hotels) % 2)
        text = f"{hotel.slug}-{n}"
        say(hotel, chat_id, text)
        asked.setdefault((hotel.slug, chat_id), []).append(text)
        if time.monotonic() - killed > KILLS_EVERY:
            kill()
            killed = time.monotonic()
    return asked


def _settled(stack: Stack, hotels: list[Hotel]) -> None:
    for hotel in hotels:
        stack.simulator.clear_faults(hotel.id_instance)
    time.sleep(3)


def _print(
    who: str,
    asked: dict[Chat, list[str]],
    arrived: dict[Chat, list[str]],
    stack: Stack | None = None,
    hotels: list[Hotel] | None = None,
) -> None:
    told = rows(stack, hotels) if stack and hotels else ()
    lost, doubled = checkers.lost(asked, arrived, told), checkers.doubled(asked, arrived)
    late = checkers.reordered(asked, arrived)
    row(
        f"{who}: lost / doubled / chats out of order", f"{len(lost)} / {len(doubled)} / {len(late)}"
    )


def _guest(number_of: int) -> str:
    return f"4478000{number_of:05}@c.us"
