"""Scripts say what they depend on, and look down only; styles are parts of a sheet."""

import re
from itertools import chain
from pathlib import Path

import pytest

from inbox.config import ROOT
from inbox.web.page.bundle import Module, modules_of, parts_of
from tests.rules.order import SCREEN

SCRIPTS, STYLES = ROOT / "static" / "js", ROOT / "static" / "css"
ENTRIES = sorted(SCRIPTS.glob("*.js"))
SHEETS = sorted(STYLES.glob("*.css"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 30


def modules() -> dict[Path, Module]:
    """Every module that some page asks for."""
    return {module.path: module for entry in ENTRIES for module in modules_of(entry)}


def inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def test_every_file_lies_in_a_known_folder() -> None:
    scripts = {path.parent.name for path in SCRIPTS.rglob("*.js")} - {"js"}
    styles = {path.parent.name for path in STYLES.rglob("*.css")} - {"css"}
    assert scripts | styles <= set(SCREEN)


def test_imports_point_down() -> None:
    wrong = [
        f"{inside(module.path, SCRIPTS)} imports {inside(needed, SCRIPTS)}"
        for module in modules().values()
        if module.path.parent != SCRIPTS
        for needed, _ in module.imports
        if _floor(needed) > _floor(module.path)
    ]
    assert not wrong, "\n".join(wrong)


def _floor(path: Path) -> int:
    return SCREEN.index(path.parent.name) if path.parent != SCRIPTS else len(SCREEN)


def test_every_module_is_asked_for() -> None:
    unused = set(SCRIPTS.rglob("*.js")) - set(modules())
    assert {inside(path, SCRIPTS) for path in unused} == set()


def test_every_export_is_imported_and_every_import_used() -> None:
    known = modules()
    wanted = {
        (needed, name)
        for module in known.values()
        for needed, names in module.imports
        for name in names
    }
    offered = {(module.path, name) for module in known.values() for name in module.exports}
    assert {f"{inside(path, SCRIPTS)}: {name}" for path, name in offered - wanted} == set()
    for module in known.values():
        code = "\n".join(module.code)
        for name in chain.from_iterable(names for _, names in module.imports):
            assert re.search(rf"(?<![\w$.]){name}\b", code), f"{module.path.name} imports {name}"


def test_scripts_share_nothing_but_what_they_import() -> None:
    """On `window` stand only the scripts of others: htmx and the client of Socket.IO."""
    for path, module in modules().items():
        shared = set(re.findall(r"\bwindow\.(\w+)", "\n".join(module.code)))
        assert shared <= {"htmx", "io", "MediaRecorder"}, inside(path, SCRIPTS)


def test_every_part_belongs_to_a_sheet() -> None:
    parts = {part for sheet in SHEETS for part in parts_of(sheet)} | set(SHEETS)
    assert {inside(path, STYLES) for path in set(STYLES.rglob("*.css")) - parts} == set()


@pytest.mark.parametrize("entry", [*ENTRIES, *SHEETS], ids=lambda path: path.name)
def test_every_entry_is_asked_for_by_a_page(entry: Path) -> None:
    asked = f"bundle('{entry.name}')"
    assert any(asked in page.read_text() for page in (ROOT / "templates").rglob("*.html"))


def test_files_stay_small() -> None:
    files = [*SCRIPTS.rglob("*.js"), *STYLES.rglob("*.css")]
    lengths = {path: path.read_text().count("\n") for path in files}
    assert {str(path) for path, lines in lengths.items() if lines > LONGEST_FILE} == set()


def test_functions_stay_small() -> None:
    """A function begins at the margin or is a listener there, and ends with the brace below it."""
    long = []
    for path in SCRIPTS.rglob("*.js"):
        begun = 0
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.match(r"\S.*\{$", line):
                begun = number
            elif line.startswith("}") and number - begun + 1 > LONGEST_FUNCTION:
                long.append(f"{inside(path, SCRIPTS)}:{begun}: {number - begun + 1} lines")
    assert not long, "\n".join(long)
