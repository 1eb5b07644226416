import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.supervisor import leftover_processes
from inbox.supervisor.errors import StartError
from tests.stack import wait_until

STUBBORN = (
    "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(); time.sleep(60)"
)
RUNAWAY = "import os,time; os.fork() or (os.setsid(), time.sleep(60)); time.sleep(60)"


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path)
    leftover_processes.kill(str(tmp_path))


def start(code: str, mark: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, leftover_processes.MARK: mark}
    return subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE)


def reap(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_children_that_left_their_group_are_found_and_ended(mark: str) -> None:
    parent = start(RUNAWAY, mark)
    wait_until(lambda: len(leftover_processes.find(mark)) == 2)
    parent.kill()
    reap(parent)
    assert len(leftover_processes.find(mark)) == 1
    assert leftover_processes.end(mark) == 1
    wait_until(lambda: not leftover_processes.find(mark))


def test_one_that_ignores_the_request_is_ended_with_force(mark: str) -> None:
    process = start(STUBBORN, mark)
    assert process.stdout is not None
    process.stdout.readline()
    leftover_processes.end(mark, patience=0.2)
    reap(process)
    assert process.returncode == -9


def test_processes_of_another_folder_are_left_alone(mark: str) -> None:
    process = start("import time; time.sleep(60)", mark)
    wait_until(lambda: leftover_processes.find(mark))
    assert leftover_processes.end(f"{mark}-other") == 0
    assert process.poll() is None
    leftover_processes.end(mark)
    reap(process)


def test_a_second_run_on_the_same_data_is_refused_in_words(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys,pathlib; from inbox.supervisor import leftover_processes\n"
            "lock = leftover_processes.lock(pathlib.Path(sys.argv[1])); "
            "print('held', flush=True); input()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(StartError, match="already running"):
        leftover_processes.lock(tmp_path)
    holder.communicate(b"\n")
    leftover_processes.lock(tmp_path).close()
