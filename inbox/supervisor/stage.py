"""The processes of a run, started and stopped together by honcho, and what they say."""

import re
import signal
import sys
from collections.abc import Callable, Mapping

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from inbox.supervisor import leftover_processes

_SYSTEM = re.compile(
    r"(?P<name>\S+) (?P<verb>started|stopped) \((?:pid|rc)=(?P<number>-?\d+)\)"
    r"|(?P<signal>SIG[A-Z]+) received"
)


class Console(Printer):
    """Prints what the processes say, and says in words what honcho reports about them."""

    def __init__(self, on_start: Callable[[], None]) -> None:
        super().__init__(sys.stdout)
        self._on_start = on_start
        self.started: set[str] = set()
        self.stopping = False
        self.failed = ""

    def write(self, message: Message) -> None:
        """Print one line of a process; keep the book on lines of honcho itself."""
        if message.name != SYSTEM_PRINTER_NAME:
            if not self.stopping:  # afterwards each only complains that the others have gone
                super().write(message)
        elif report := _SYSTEM.match(message.data):
            self._note(report)

    def _note(self, report: re.Match[str]) -> None:
        name = report["name"]
        if report["signal"]:
            self.stopping = True
            print("\nStopping …", flush=True)
        elif report["verb"] == "started":
            self.started.add(name)
            self._on_start()
        elif not self.stopping:
            self.stopping, self.failed = True, name
            print(f"\n{_ending(name, int(report['number']))}, so everything stops.", flush=True)


def _ending(name: str, code: int) -> str:
    if code < 0:
        return f"The {name} process was ended by {signal.Signals(-code).name}"
    return f"The {name} process ended by itself (exit code {code}; its last lines are above)"


class Stage(Manager):
    """Honcho's manager, which may be told to stop at any moment and leaves nobody behind."""

    def __init__(self, commands: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self.console = Console(self._stop_if_asked)
        super().__init__(printer=self.console)
        self._asked_to_stop = False
        self._mark = environ[leftover_processes.MARK]
        self._names = set(commands)
        for name, command in commands.items():
            self.add_process(name, command, env=dict(environ))

    def loop(self) -> None:
        """Run everything until a signal comes or one process ends. Then nothing is left."""
        try:
            super().loop()
        finally:
            leftover_processes.end(self._mark)

    def terminate(self) -> None:
        """Ask every process to stop. One whose start is not yet reported is asked right after."""
        self._asked_to_stop = True
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._asked_to_stop and self.console.started >= self._names:
            super().terminate()

    def kill(self) -> None:
        """End with force what did not stop when asked, work horses included."""
        super().kill()
        leftover_processes.kill(self._mark)
