"""One started process with everything it started in turn, its log, and how it is stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

OWNER = "LOBBY_STACK_OWNER"
RUN = "LOBBY_TEST_RUN"
STOP_SECONDS = 8.0


class Service:
    """A process in a session of its own; its children, RQ's work horses too, are found by it."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path):
        self.name = name
        self._command = list(command)
        self._environ = dict(environ)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the first process, which is also the id of the session."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the first process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, cwd: Path) -> None:
        """Start it; the log is added to."""
        assert not self.running, f"{self.name} runs already"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=cwd,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def terminate(self) -> None:
        """Ask it to end, and do not wait."""
        if self._process is not None and self.running:
            self._process.terminate()

    def stop(self) -> None:
        """Ask it to end, and end it with force after `STOP_SECONDS`. Safe to call twice."""
        if self._process is None:
            return
        self.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        self.kill9()

    def kill9(self) -> None:
        """End it and all it started, at once, as the power would."""
        if self._process is None:
            return
        while members := self.members():
            signal_all(members, signal.SIGKILL)
            self._process.poll()  # a child that ended and was not waited for stays listed
            time.sleep(0.01)
        self._process.wait()

    def kill9_children(self) -> list[int]:
        """End only what it started (a gunicorn worker, an RQ work horse); returns their ids."""
        children = [pid for pid in self.members() if pid != self.pid]
        signal_all(children, signal.SIGKILL)
        return children

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It and all it started hold their breath: connections stay open, nothing is answered."""
        members = self.members()
        signal_all(members, signal.SIGSTOP)
        try:
            yield
        finally:
            signal_all(members, signal.SIGCONT)

    def members(self) -> list[int]:
        """The ids of every living process of the session."""
        return [pid for pid in running_pids() if _session(pid) == self.pid]

    def log(self) -> str:
        """All it said so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


def running_pids() -> list[int]:
    """The ids of all processes of this machine that have not ended."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if not _is_zombie(entry)]


def _is_zombie(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    """Send a signal to each of these processes; one that has ended already is passed over."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def end_orphans() -> None:
    """End what the stacks of a killed test run left behind."""
    for pid in running_pids():
        owner = _said(pid, OWNER)
        if owner and not Path(f"/proc/{owner}").exists():
            signal_all([pid], signal.SIGKILL)


def of_run(mark: str) -> list[int]:
    """The ids of running processes of the test run whose mark begins so, ours excepted."""
    return [
        pid for pid in running_pids() if pid != os.getpid() and _said(pid, RUN).startswith(mark)
    ]


def _said(pid: int, name: str) -> str:
    """What a process was told by the environment it was started with."""
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    prefix = f"{name}=".encode()
    return next((item[len(prefix) :].decode() for item in environ if item.startswith(prefix)), "")
