"""Runs the unit tests that a change can touch, the nearest first: `python -m tests.stack.touched`.

The change is what differs from where this branch left `main`, committed or not; `--since REVISION`
names another beginning. A test is touched when it imports what was changed, over however many
files. Tests that start the whole product are left to `make test`, and so is what is not reached in
time.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable

from inbox.config import ROOT
from tests.stack.imports import nearest, needs, project_files

WITHIN_SECONDS = 40
PROCESSES = ("tests/bench/", "tests/browser/", "tests/faults/test_", "tests/journeys/")
PRODUCTS = ("tests/stack/test_stack.py", "tests/test_gunicorn.py")
ALWAYS = "tests/rules/"
TOUCHES_ALL = ("Makefile", "pyproject.toml", "requirements.txt", "tests/requirements.txt")
BESIDES = {"migrations/": "tests/test_migrations.py"}


def changed_files(since: str) -> list[str]:
    """What differs from the revision, and what is new. Raises `CalledProcessError`."""
    listed = _git("diff", "--name-only", "--no-renames", "-z", since)
    listed += _git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted({name for name in listed.split("\0") if name})


def beginning() -> str:
    """Where this branch left `main`; the last commit for one who is on it."""
    for main in ("origin/main", "main"):
        try:
            return _git("merge-base", "HEAD", main).strip()
        except subprocess.CalledProcessError:
            continue
    return "HEAD"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def touched(files: Iterable[str], changed: Iterable[str]) -> list[str]:
    """The files of unit tests that the change can touch, the nearest first."""
    files, changed = list(files), set(changed)
    tests = [name for name in files if is_unit_test(name)]
    if changed & set(TOUCHES_ALL):
        return tests
    found = needs(ROOT, files, changed - set(files))
    reached = nearest(found, changed)
    for name in list(reached):
        if name.endswith("conftest.py"):
            folder = name.removesuffix("conftest.py")
            reached += [test for test in tests if test.startswith(folder)]
    reached += [
        test for place, test in BESIDES.items() if any(one.startswith(place) for one in changed)
    ]
    reached += [test for test in tests if test.startswith(ALWAYS)]
    return [name for name in dict.fromkeys(reached) if name in tests]


def is_unit_test(name: str) -> bool:
    """Whether it is a file of tests that do without the running product."""
    file = name.rpartition("/")[2]
    is_test = name.startswith("tests/") and file.startswith("test_") and file.endswith(".py")
    return is_test and not name.startswith(PROCESSES) and name not in PRODUCTS


def main() -> int:
    """Run them; the exit code of pytest."""
    parser = argparse.ArgumentParser(description="Run the tests that a change can touch.")
    parser.add_argument("--since", default="", help="the revision to compare with")
    since = parser.parse_args().since or beginning()
    changed = changed_files(since)
    tests = touched(project_files(ROOT), changed)
    print(
        f"{len(changed)} files changed since {since[:10]}: {len(tests)} files of tests", flush=True
    )
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--database", "sqlite"]
    return subprocess.call([*command, "--within", str(WITHIN_SECONDS), *tests], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
