"""One run per data folder, and nobody left behind when it ends.

Every process of a run carries `LOBBY_RUN=<data folder>` in its environment, and so do its children,
even those that left its process group (RQ's work horses do). That is how the ones that outlived a
killed run are found. Where the system has no `/proc`, process groups alone must do.
"""

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO

from inbox.supervisor.errors import StartError

MARK = "LOBBY_RUN"
PATIENCE_SECONDS = 5.0


def lock(data_dir: Path) -> IO[str]:
    """Hold the data folder until the file is closed or the process ends. Raises `StartError`."""
    file = (data_dir / "run.lock").open("a+")
    try:
        # Unlike flock, this lock is not inherited by children that outlive us.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StartError(
            f"Lobby is already running with the data in {data_dir}. Stop it first, or give this "
            "one a folder of its own with LOBBY_DATA."
        ) from None
    return file


def find(mark: str) -> list[int]:
    """The ids of running processes that carry this mark, ours excepted."""
    wanted = f"{MARK}={mark}".encode()
    return [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if int(entry.name) != os.getpid() and wanted in _environment(entry)
    ]


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []  # ended meanwhile, or another user's


def end(mark: str, patience: float = PATIENCE_SECONDS) -> int:
    """Stop every process that carries this mark, with force after `patience` seconds.

    Returns how many there were.
    """
    found = find(mark)
    _signal(found, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while find(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    kill(mark)
    return len(found)


def kill(mark: str) -> None:
    """End every process that carries this mark, at once."""
    _signal(find(mark), signal.SIGKILL)


def _signal(processes: list[int], number: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass
