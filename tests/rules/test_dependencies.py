"""Doors call services; services use the back rooms; back rooms know nobody
(docs/contributing.md)."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.rules import imports, source
from tests.rules.order import (
    MAY_IMPORT,
    NEVER_IN,
    ONLY_IN,
    SERVICES,
    TOP_OF_SERVICES,
    TOP_OF_WEB,
    WEB,
)

SEES_EVERY_ROOM = {"inbox/__init__.py"}
STARTS_THE_APP = {"inbox/supervisor/__main__.py", "inbox/supervisor/welcome.py"}


def room_of(file: Path) -> str:
    """The first name below `inbox/`, without `.py`."""
    return file.relative_to(ROOT / "inbox").parts[0].removesuffix(".py")


def inbox_files() -> list[Path]:
    return [
        file for file in source.python_files("inbox") if source.name(file) not in SEES_EVERY_ROOM
    ]


def test_every_room_is_known() -> None:
    assert {room_of(file) for file in inbox_files()} <= set(MAY_IMPORT)


def test_imports_point_down() -> None:
    wrong = []
    for file in inbox_files():
        room = room_of(file)
        for module, line in source.imports(file):
            if not _may_import(source.name(file), room, module):
                wrong.append(f"{source.name(file)}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def _may_import(file: str, room: str, module: str) -> bool:
    if module == "inbox.create_app":
        return file in STARTS_THE_APP
    if module == "inbox" or not module.startswith("inbox."):
        return True
    path = module.removeprefix("inbox.")
    allowed = MAY_IMPORT[room] | {room}
    return any(path == one or path.startswith(f"{one}.") for one in allowed) or (
        # The parent of an allowed module: `from inbox.web import vendor` names inbox.web first.
        any(one.startswith(f"{path}.") for one in allowed)
    )


@pytest.mark.parametrize(
    ("package", "order", "top"),
    [("services", SERVICES, TOP_OF_SERVICES), ("web", WEB, TOP_OF_WEB)],
)
def test_a_room_imports_only_those_before_it(
    package: str, order: tuple[str, ...], top: set[str]
) -> None:
    rooms = imports.rooms(package, top)
    assert set(rooms.values()) == set(order), "a room is missing in the table, or empty"
    upwards = [
        f"{one.file}:{one.line} imports {one.module}"
        for one in imports.between(rooms)
        if order.index(rooms[one.module]) > order.index(rooms[one.importer])
    ]
    assert not upwards, "\n".join(upwards)


def test_no_modules_import_each_other_in_a_circle() -> None:
    circles = imports.circles()
    assert not circles, "\n".join(" -> ".join(circle) for circle in circles)


def test_a_circle_is_found() -> None:
    assert imports.circles_of({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c"]]
    assert imports.circles_of({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_packages_stay_in_their_rooms() -> None:
    wrong = []
    for file in inbox_files():
        room = room_of(file)
        for module, line in source.imports(file):
            package = module.split(".")[0]
            if room not in ONLY_IN.get(package, {room}) or room in NEVER_IN.get(package, set()):
                wrong.append(f"{source.name(file)}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_the_green_api_client_can_be_lifted_out() -> None:
    """Only the standard library, requests and what requests itself stands on."""
    wrong = [
        f"{source.name(file)}:{line} imports {module}"
        for file in source.python_files("inbox/greenapi")
        for module, line in source.imports(file)
        if module.split(".")[0] not in sys.stdlib_module_names | {"requests", "urllib3"}
        and not module.startswith("inbox.greenapi")
    ]
    assert not wrong, "\n".join(wrong)


def test_sentiments_are_read_without_the_network_but_for_one_file() -> None:
    """`requests` is for the language model somebody chose to ask, and for nothing else there."""
    with_network = {
        source.name(file)
        for file in source.python_files("inbox/sentiment")
        for module, _ in source.imports(file)
        if module.split(".")[0] in {"requests", "urllib3", "http", "urllib", "socket"}
    }
    assert with_network == {"inbox/sentiment/endpoint.py"}


@pytest.mark.parametrize(
    ("folder", "requirements"),
    [
        ("inbox", ["requirements.txt"]),
        ("migrations", ["requirements.txt"]),
        ("tests", ["requirements.txt", "tests/requirements.txt"]),
    ],
)
def test_what_is_imported_is_pinned(folder: str, requirements: list[str]) -> None:
    pinned = {
        _normal(match[1])
        for file in requirements
        for match in re.finditer(r"^([A-Za-z0-9._-]+)==", (ROOT / file).read_text(), re.MULTILINE)
    }
    known = packages_distributions()
    wrong = set()
    for file in source.python_files(folder):
        for module, line in source.imports(file):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in {"inbox", "tests", "wsgi"}:
                continue
            if not {_normal(name) for name in known.get(top, [])} & pinned:
                wrong.add(f"{source.name(file)}:{line} imports {top}, which is not pinned")
    assert not wrong, "\n".join(sorted(wrong))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
