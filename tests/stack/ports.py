"""Ports for the processes of a stack, kept for them while one is down between two starts."""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

FIRST, LAST = 22000, 31999
"""Below those that systems give to connections: one of these could take the port meanwhile."""


class Ports:
    """So many free ports. Nobody else who asks here gets one of them while this object lives."""

    def __init__(self, count: int) -> None:
        found = _free()
        taken = [next(found) for _ in range(count)]
        self.numbers = [number for number, _ in taken]
        self._locks = [lock for _, lock in taken]

    def release(self) -> None:
        """Others may have them."""
        for lock in self._locks:
            lock.close()


def _free() -> Iterator[tuple[int, IO[str]]]:
    """Ports that nobody listens on, each with the lock that keeps it."""
    folder = Path(tempfile.gettempdir()) / f"lobby-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for number in random.sample(range(FIRST, LAST + 1), LAST + 1 - FIRST):
        lock = (folder / str(number)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            lock.close()
        else:
            yield number, lock
