"""Which module imports which: all of `inbox`, imports inside of functions included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.rules import source


@dataclass(frozen=True)
class Import:
    """One module of ours imports another, at this line."""

    importer: str
    module: str
    file: str
    line: int


@cache
def modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    return {_dotted(file): file for file in source.python_files("inbox")}


def _dotted(file: Path) -> str:
    return source.name(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@cache
def all_imports() -> tuple[Import, ...]:
    """Every import of one module of ours by another.

    `from inbox.web import page` imports the module page and not what its package holds besides.
    """
    return tuple(
        Import(importer, module, source.name(file), line)
        for importer, file in modules().items()
        for module, line in source.modules_imported(file, set(modules()))
        if module != importer
    )


def between(rooms: Mapping[str, str]) -> Iterator[Import]:
    """The imports among these modules."""
    return (one for one in all_imports() if one.importer in rooms and one.module in rooms)


def rooms(package: str, top: set[str]) -> dict[str, str]:
    """The room of each module of `inbox/<package>/`: its folder, else "top" or "floor". What a
    package says of itself is in no room, unless it is named in `top`.
    """
    prefix = f"inbox.{package}"
    found = {}
    for name, file in modules().items():
        if name == prefix and "__init__" in top:
            found[name] = "top"
        if not name.startswith(f"{prefix}.") or file.stem == "__init__":
            continue
        first, *rest = name.removeprefix(f"{prefix}.").split(".")
        found[name] = first if rest else "top" if first in top else "floor"
    return found


def circles() -> list[list[str]]:
    """The circles among all modules of ours."""
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for one in all_imports():
        graph[one.importer].add(one.module)
    return circles_of(graph)


def circles_of(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """One circle after the other: each is cut where it was found, and the next one looked for."""
    left = {name: set(names) for name, names in graph.items()}
    found = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]  # each is imported by the one after it
            found.append(sorted(set(circle)))
            left[circle[1]].discard(circle[0])
        else:
            return found
