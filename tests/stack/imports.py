"""Which file of the project needs which: imports, and the names of templates and data files."""

import ast
import re
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

QUOTED = re.compile(r"""["']([\w./-]+\.\w+)["']""")
FROM_OUTSIDE = ("api", "cli", "security", "simulator", "web")
"""Rooms whose tests ask what runs and import nothing of the room."""
APPLICATION = "inbox/__init__.py"
Needs = dict[str, set[str]]


def project_files(root: Path) -> list[str]:
    """Every file that Git knows or would take up."""
    given = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(given, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name and (root / name).is_file())


def needs(root: Path, files: Iterable[str], gone: Iterable[str] = ()) -> Needs:
    """For each file those that it needs directly. What is `gone` is still needed by name."""
    every = [*files, *gone]
    modules = {_module(name): name for name in every if name.endswith(".py")}
    data = {name: PurePosixPath(name).name for name in every if not name.endswith((".py", ".md"))}
    found: Needs = {}
    for name in files:
        if name.endswith((".py", ".html")):
            text = (root / name).read_text(encoding="utf-8")
            found[name] = _named(text, data)
        if name.endswith(".py"):
            found[name] |= _imported(text, modules) | _mirrored(name, every)
            found[name] -= _beyond(name, found[name])
    return found


def _beyond(name: str, needed: set[str]) -> set[str]:
    """What is prepared for every test, and so touched by every change, is tested where it is the
    matter: of a conftest what it needs of the product, and of all but tests the whole application.
    """
    if name.endswith("conftest.py"):
        return {one for one in needed if not one.startswith("tests/")}
    return set() if PurePosixPath(name).name.startswith("test_") else needed & {APPLICATION}


def nearest(found: Mapping[str, set[str]], changed: Iterable[str]) -> list[str]:
    """The files that need one of the changed, those that need it most directly first."""
    users: Needs = {}
    for name, needed in found.items():
        for one in needed:
            users.setdefault(one, set()).add(name)
    reached = dict.fromkeys(sorted(changed))
    waiting = deque(reached)
    while waiting:
        for user in sorted(users.get(waiting.popleft(), set())):
            if user not in reached:
                reached[user] = None
                waiting.append(user)
    return list(reached)


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(text: str, modules: Mapping[str, str]) -> set[str]:
    """The files of all that is imported, in functions too. Of a package only what is named."""
    return {modules[name] for name in _names(ast.parse(text), modules) if name in modules}


def _names(tree: ast.Module, modules: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in modules else node.module


def _named(text: str, data: Mapping[str, str]) -> set[str]:
    """The templates and data files whose names stand in quotes, with or without a folder."""
    quoted = set(QUOTED.findall(text))
    last = {PurePosixPath(one).name for one in quoted}
    return {
        name
        for name, short in data.items()
        if short in last and any(name.endswith(f"/{one}") for one in quoted if short in one)
    }


def _mirrored(name: str, every: list[str]) -> set[str]:
    """What a test is about by its place: the module of its name, or a whole room."""
    place = PurePosixPath(name)
    if place.parts[0] != "tests" or not place.name.startswith("test_"):
        return set()
    folder = PurePosixPath("inbox", *place.parts[1:-1])
    if len(place.parts) > 2 and place.parts[1] in FROM_OUTSIDE:
        return {one for one in every if one.startswith(f"{folder}/") and one.endswith(".py")}
    module = f"{folder}/{place.name.removeprefix('test_')}"
    return {module} & set(every)
