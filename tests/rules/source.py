"""The project's own files, for rules about the code itself."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from inbox.config import ROOT

NOT_OURS = {".git", "instance", "node_modules", "test-results", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                yield Path(entry.path)
            elif entry.name not in NOT_OURS and not _is_made(entry.name):
                yield from _walk(Path(entry.path))


def _is_made(folder: str) -> bool:
    return folder.startswith(".venv") or folder.endswith("_cache") or folder == ".hypothesis"


def python_files(folder: str = "") -> list[Path]:
    """The Python files of a folder, or of the whole project."""
    return [file for file in files() if file.suffix == ".py" and within(file, folder)]


def within(file: Path, folder: str) -> bool:
    """Whether the file lies in this folder of the project."""
    return file.is_relative_to(ROOT / folder)


def name(file: Path) -> str:
    """How a person would call it: its path inside the project."""
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """Every module that the file imports, in functions too, with the line number.

    `from inbox import services` counts as `inbox.services`.
    """
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            if node.module.startswith("inbox"):
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def modules_imported(file: Path, known: set[str]) -> Iterator[tuple[str, int]]:
    """The modules among these that the file imports, with the line number."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in known or node.module in known:
                    yield whole if whole in known else node.module, node.lineno
