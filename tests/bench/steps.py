"""Steps: each call of a function of the product's, in order, and how far a reader walks with them.

A step is a call, and each time a generator goes on: a reader comes back to it. Comprehensions and
lambdas belong to the function they stand in, so they are none; what they call is. What has no
function in a file of ours (a dataclass's `__init__`, packages) is none either, nor is the floor.
"""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import inbox

ROOT = Path(inbox.__file__).parent

# What stands under every journey and tells nothing of it: the time, how a connection begins, the
# columns' types, which SQLAlchemy calls for each value, and how one field of a JSON object is read.
FLOOR = (
    "clock.py",
    "errors.py",
    "extensions.py",
    "memory.py",
    "request_slots.py",
    "models",
    "greenapi/fields.py",
)


@dataclass(frozen=True)
class Step:
    """A call: the file in `inbox/`, the function's full name, and how deep inside the others."""

    file: str
    function: str
    depth: int


@dataclass(frozen=True)
class Figures:
    """How long a journey is: different functions and files, how often the next step is in another
    file, and how often in one that was left before.
    """

    functions: int
    files: int
    changes: int
    returns: int

    def __str__(self) -> str:
        return f"{self.functions} / {self.files} / {self.changes} / {self.returns}"


def visits(steps: list[Step]) -> list[tuple[str, list[Step]]]:
    """The files in the order they are entered, each with the steps until it is left."""
    return [(file, list(stay)) for file, stay in groupby(steps, key=lambda step: step.file)]


def figures(steps: list[Step]) -> Figures:
    """Count them."""
    entered = [file for file, _ in visits(steps)]
    files = len(set(entered))
    functions = len({(step.file, step.function) for step in steps})
    return Figures(functions, files, len(entered) - 1, len(entered) - files)


def walk(act: Callable[[], object], first: CodeType) -> list[Step]:
    """Do `act` and return its steps in all threads, from the first call of `first` to its end."""
    _check_floor()
    recorder = _Recorder(first)
    threading.setprofile(recorder)
    sys.setprofile(recorder)
    try:
        act()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return recorder.steps


class _Recorder:
    """A profile function that notes steps while one call lasts."""

    def __init__(self, first: CodeType) -> None:
        self.steps: list[Step] = []
        self._first = first
        self._call: FrameType | None = None
        self._is_over = False
        self._depths: dict[int, int] = {}

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event not in ("call", "return") or self._is_over:
            return
        if self._call is None and frame.f_code is self._first:
            self._call = frame
        file = _file(frame.f_code) if self._call is not None else None
        if file is None:
            return
        thread = threading.get_ident()
        depth = self._depths.get(thread, 0)
        if event == "call":
            self.steps.append(Step(file, frame.f_code.co_qualname, depth))
        self._depths[thread] = depth + (1 if event == "call" else -1)
        self._is_over = event == "return" and frame is self._call


@cache
def _file(code: CodeType) -> str | None:
    """The file of a function whose calls are steps."""
    path = Path(code.co_filename)
    if code.co_name.startswith("<") or not path.is_relative_to(ROOT):
        return None
    file = path.relative_to(ROOT).as_posix()
    is_floor = any(file == name or file.startswith(name + "/") for name in FLOOR)
    return None if is_floor else file


def _check_floor() -> None:
    """A name that is out of date would let the figures grow by themselves."""
    gone = [name for name in FLOOR if not (ROOT / name).exists()]
    if gone:
        sys.exit(f"The floor has no {', '.join(gone)} any more: bring tests/bench/steps.py up.")
