"""A whole test run leaves nothing: no process, and no test that did not run.

Every process of a run carries its mark in the environment, those of its workers, stacks, servers
and browsers too. A guard outside the run waits for its end, however it comes, and ends what is
left.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.stack.processes import RUN, of_run, signal_all

END_SECONDS = 5.0
"""How long a process may take to end after the last test."""
GRACE_SECONDS = 20.0
"""How long workers have for their stacks when the run was broken off."""
NOT_RUN = ("skipped", "xfailed", "xpassed")


class Run:
    """The plugin of the process that a person started; the workers are its children."""

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self.mark = f"{os.getpid()}-{time.time_ns()}"
        self._grace = grace
        self._left: list[str] = []
        self._not_run = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Mark all that is started from now on, and set the guard."""
        environ = dict(os.environ)
        os.environ[RUN] = self.mark
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.run", self.mark, str(self._grace)],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look at what is left, and let the run fail for it. One that was broken off has failed
        already, and the guard ends what it leaves."""
        assert self._guard.stdin is not None
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            self._guard.stdin.close()
            return
        self._left = [_name(pid) for pid in left(self.mark, END_SECONDS)]
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        self._not_run = sum(len(reporter.stats.get(name, [])) for name in NOT_RUN)
        if session.exitstatus == pytest.ExitCode.OK and (self._left or self._not_run):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._guard.communicate()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why a run without a failure has failed."""
        if self._not_run:
            terminalreporter.write_line(f"{self._not_run} tests did not run: none may.", red=True)
        for name in self._left:
            terminalreporter.write_line(f"A process was left behind: {name}", red=True)


def left(mark: str, seconds: float) -> list[int]:
    """Which processes of the run are there, this one excepted, after they had so long to end."""
    deadline = time.monotonic() + seconds
    while (found := of_run(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:200]
    except OSError:
        return f"process {pid}"


def _watch(mark: str, grace: float) -> None:
    """Until standard input ends, which is when the run has, by itself or not."""
    sys.stdin.buffer.read()
    signal_all(left(mark, grace), signal.SIGKILL)


if __name__ == "__main__":
    _watch(sys.argv[1], float(sys.argv[2]))
