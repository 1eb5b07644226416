"""Real processes under the stage: what is printed, and that nobody is left."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.supervisor import leftover_processes
from tests.stack import wait_until

RUN = """
import json, os, sys
from inbox.supervisor.stage import Stage
stage = Stage(json.loads(sys.argv[1]), {**os.environ, "LOBBY_RUN": sys.argv[2]})
stage.loop()
sys.exit(1 if stage.console.failed else 0)
"""


class Run:
    """The stage in a process of its own, with these commands."""

    def __init__(self, mark: str, **commands: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, json.dumps(commands), mark],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, number: signal.Signals | None = None) -> str:
        """All it printed, after it ended."""
        if number is not None:
            self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=30)
        return printed


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path)
    leftover_processes.kill(str(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(mark: str, number: signal.Signals) -> None:
    run = Run(mark, web="exec sleep 60", worker="sleep 60 & exec sleep 60")
    wait_until(lambda: len(leftover_processes.find(mark)) >= 3)
    printed = run.finish(number)
    assert run.process.returncode == 0
    assert "Stopping …" in printed
    assert "SIG" not in printed
    assert leftover_processes.find(mark) == []


def test_lines_carry_the_name_of_their_process(mark: str) -> None:
    run = Run(mark, web="echo hello; exec sleep 60")
    assert run.process.stdout is not None
    assert re.match(r"\d\d:\d\d:\d\d web +\| hello\n", run.process.stdout.readline())
    run.finish(signal.SIGINT)


def test_one_that_ends_stops_the_others_and_is_named(mark: str) -> None:
    run = Run(mark, web="exec sleep 60", worker="echo no database; exit 3")
    printed = run.finish()
    assert run.process.returncode == 1
    assert "The worker process ended by itself (exit code 3" in printed
    assert "The web process" not in printed
    assert leftover_processes.find(mark) == []


def test_one_that_was_killed_is_named_with_the_signal(mark: str) -> None:
    printed = Run(mark, web="exec sleep 60", worker="kill -9 $$").finish()
    assert "The worker process was ended by SIGKILL" in printed


def test_a_child_in_a_group_of_its_own_cannot_hold_up_the_end(mark: str) -> None:
    python = f"exec {sys.executable} -c"
    escaped = "import os,time; os.setpgrp(); time.sleep(60)"
    run = Run(mark, web="exec sleep 60", worker=f"{python} '{escaped}' & exec sleep 60")
    wait_until(lambda: len(leftover_processes.find(mark)) >= 3)
    time.sleep(0.5)
    started = time.monotonic()
    run.finish(signal.SIGTERM)
    assert time.monotonic() - started < 12
    assert leftover_processes.find(mark) == []


def test_a_signal_before_everything_has_started_is_not_lost(mark: str) -> None:
    commands = {f"p{number}": "exec sleep 60" for number in range(8)}
    run = Run(mark, **commands)
    wait_until(lambda: leftover_processes.find(mark))
    printed = run.finish(signal.SIGINT)
    assert "Traceback" not in printed
    assert leftover_processes.find(mark) == []
