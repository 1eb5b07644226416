"""How a run in several processes is dealt out: what shares running processes stays together.

`pytest -n 4` starts four workers. A lane is done by one of them from its beginning to its end, the
long ones first, so that at the end only short ones are left and no core waits for another.
"""

import math
import time
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from inbox import memory

LONG = (
    "tests/faults postgresql",
    "tests/faults sqlite",
    "tests/browser",
    "tests/journeys/test_nothing_missed.py",
    "tests/journeys",
    "tests/test_gunicorn.py",
    "tests/simulator",
    "tests/stack/test_run.py",
    "tests/stack/test_stack.py",
    "tests/supervisor/test_stage.py",
    "tests/cli/test_start.py",
    "tests/properties/test_history.py",
)
SHARING = ("tests/browser", "tests/journeys", "tests/simulator")
OF_ITS_OWN = "tests/journeys/test_nothing_missed.py"


def lane(nodeid: str) -> str:
    """The tests that share a stack, or a file: its tests share what is made once for them."""
    file, _, rest = nodeid.partition("::")
    if file.startswith("tests/faults/"):
        return (
            f"tests/faults {'postgresql' if 'postgresql' in rest.partition('[')[2] else 'sqlite'}"
        )
    shared = (folder for folder in SHARING if file.startswith(f"{folder}/"))
    return file if file == OF_ITS_OWN else next(shared, file)


class Scheduling(LoadScopeScheduling):
    """Deals lanes in the order in which they were collected, until the time is up."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        within = config.getoption("--within")
        self._end = time.monotonic() + within if within else math.inf
        self.not_reached = 0

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid)

    def _reschedule(self, node: Any) -> None:
        if time.monotonic() > self._end:
            self.not_reached += sum(len(tests) for tests in self.workqueue.values())
            self.workqueue.clear()
        super()._reschedule(node)


class Lanes:
    """The plugin."""

    def __init__(self) -> None:
        self._scheduling: Scheduling | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The long lanes first, each in its own order."""
        places = {name: place for place, name in enumerate(LONG)}
        items.sort(key=lambda item: places.get(lane(item.nodeid), len(LONG)))

    def pytest_collection_finish(self) -> None:
        """What was collected stays to the end: it need not be searched for garbage again."""
        memory.settle()

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Scheduling:
        """Deal in lanes, whatever `--dist` says."""
        config.option.loadscopereorder = False
        self._scheduling = Scheduling(config, log)
        return self._scheduling

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what the time did not suffice for."""
        if self._scheduling is not None and self._scheduling.not_reached:
            count = self._scheduling.not_reached
            terminalreporter.write_line(f"{count} tests were not reached in time.", yellow=True)
