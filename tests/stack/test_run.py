"""A run is judged by what it leaves: real runs of small suites, in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.stack import wait_until
from tests.stack.processes import of_run

CONFTEST = """
from tests.stack.lanes import Lanes
from tests.stack.run import Run


def pytest_addoption(parser):
    parser.addoption("--within", type=float, default=0.0)


def pytest_configure(config):
    config.pluginmanager.register(Lanes())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Run(grace=0.5))
"""
PLUGINS = ("-p", "xdist.plugin", "-p", "no:cacheprovider")
SLEEPS = "import subprocess, time\n\ndef start():\n    subprocess.Popen(['sleep', '600'])\n"
LEAVES = "from sleeps import start\n\ndef test_it():\n    start()\n"
WAITS = "from sleeps import start, time\n\ndef test_it():\n    start()\n    time.sleep(600)\n"


class Suite:
    """Files of tests, and pytest on them."""

    def __init__(self, folder: Path, **files: str) -> None:
        self.folder = folder
        for name, text in {"conftest": CONFTEST, "sleeps": SLEEPS, **files}.items():
            (folder / f"{name}.py").write_text(text)

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Pytest and xdist alone, in a process group of its own."""
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTEST")
        }
        environ |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}"}
        environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "xdist.plugin",
                "-p",
                "no:cacheprovider",
                *options,
            ],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str) -> tuple[int, str]:
        """The exit code and all that was printed."""
        with self.start(*options) as process:
            printed, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, printed


pytestmark = pytest.mark.timeout(300)  # each test starts pytest up to three times
PATIENCE = 90


def marked(pid: int) -> list[int]:
    """What is there of the run whose first process this is."""
    return of_run(f"{pid}-")


def test_a_run_in_which_everything_ran_passes(tmp_path: Path) -> None:
    code, printed = Suite(tmp_path, test_a="def test_it(): pass").run("-n", "2")
    assert (code, printed.splitlines()[-1].split(" in ")[0].strip("= ")) == (0, "1 passed")


@pytest.mark.parametrize("how", ["skip('no')", "xfail('no')"])
def test_a_test_that_did_not_run_fails_the_run(tmp_path: Path, how: str) -> None:
    suite = Suite(tmp_path, test_a=f"import pytest\n\ndef test_it():\n    pytest.{how}\n")
    code, printed = suite.run("-n", "2")
    assert code == 1
    assert "1 tests did not run: none may." in printed


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_a_process_left_behind_fails_the_run_and_is_ended(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with Suite(tmp_path, test_a=LEAVES).start(*options) as process:
        printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "A process was left behind: sleep 600" in printed
    assert marked(process.pid) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_broken_off_leaves_nobody(tmp_path: Path, number: signal.Signals) -> None:
    """The first is Ctrl-C, said to all of them; the others are said to the first process alone."""
    with Suite(tmp_path, test_a=WAITS, test_b=WAITS).start("-n", "2") as process:
        wait_until(lambda: "sleep" in str(names(process.pid)), PATIENCE, "the tests to begin")
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        wait_until(lambda: marked(process.pid) == [], PATIENCE, "the end of all")
        process.communicate(timeout=PATIENCE)
    assert process.returncode != 0


def names(pid: int) -> list[str]:
    return [Path(f"/proc/{one}/comm").read_text() for one in marked(pid)]


def test_what_is_not_reached_in_time_is_said(tmp_path: Path) -> None:
    slow = "import time\n\ndef test_it():\n    time.sleep(0.5)\n"
    suite = Suite(tmp_path, **{f"test_{number}": slow for number in range(12)})
    code, printed = suite.run("-n", "2", "--within", "0.1")
    assert code == 0
    assert "tests were not reached in time." in printed
