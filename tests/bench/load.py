"""An open-loop load generator: requests leave when they are due, however slow the answers are.

Latency counts from the moment a request was due, so a server that stalls cannot hide it.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
ANSWER_SECONDS = 20.0


@dataclass(frozen=True)
class Request:
    """One HTTP request as it goes over the wire."""

    verb: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def wire(self) -> bytes:
        """The bytes, with the headers that every request has."""
        lines = [f"{self.verb} {self.path} HTTP/1.1", f"Host: {LOOPBACK}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """When the request was due and answered (seconds of `time.monotonic`), and with what; status 0
    is a connection that broke or an answer that did not come."""

    due: float
    done: float
    status: int
    body: bytes = b""

    @property
    def seconds(self) -> float:
        """How long it took, counted from when it was due."""
        return self.done - self.due


class Client:
    """Keep-alive connections to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, request: Request, due: float | None = None) -> Answer:
        """Send now; a failure is an answer with status 0."""
        due = time.monotonic() if due is None else due
        try:
            status, body = await asyncio.wait_for(self._exchange(request), ANSWER_SECONDS)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            status, body = 0, b""
        return Answer(due, time.monotonic(), status, body)

    async def _exchange(self, request: Request) -> tuple[int, bytes]:
        reader, writer = await self._connection()
        writer.write(request.wire())
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return int(lines[0].split()[1]), body

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(LOOPBACK, self._port, limit=2**22)

    def close(self) -> None:
        """Close what is idle."""
        for _, writer in self._idle:
            writer.close()


async def at_rate(
    client: Client, rate: float, seconds: float, make: Callable[[int], Request]
) -> list[Answer]:
    """Send `rate` requests a second for so long, the n-th being `make(n)`, and wait for all."""
    start = time.monotonic() + 0.05
    tasks = []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(client.send(make(number), due)))
    return list(await asyncio.gather(*tasks))


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie; nan when there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
