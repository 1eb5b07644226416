"""Which tests a change can touch: over imports, names of templates, places and support files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.stack import touched as selection
from tests.stack.imports import nearest, needs, project_files
from tests.stack.touched import is_unit_test, touched

FILES = {
    "inbox/__init__.py": "from inbox import web",
    "inbox/clock.py": "",
    "inbox/web/__init__.py": "from inbox.web import list",
    "inbox/web/list.py": "def draw():\n  from inbox.services import rows\n  page('list/rows.html')",
    "inbox/services/__init__.py": "",
    "inbox/services/rows.py": "import inbox.clock",
    "inbox/services/other.py": "",
    "inbox/supervisor/stage.py": "",
    "templates/list/rows.html": "{% include 'list/_row.html' %}",
    "templates/list/_row.html": "",
    "static/js/live.js": "",
    "migrations/versions/0001.py": "",
    "tests/conftest.py": "from inbox import create_app\nfrom tests import databases",
    "tests/databases.py": "from inbox import create_app",
    "tests/rules/test_files.py": "",
    "tests/services/conftest.py": "",
    "tests/services/desk.py": "from inbox.services.rows import row",
    "tests/services/test_rows.py": "from tests.services.desk import x",
    "tests/services/test_other.py": "from inbox.services import other",
    "tests/supervisor/test_stage.py": "",
    "tests/test_migrations.py": "",
    "tests/web/test_list.py": "from tests.conftest import Cast",
    "tests/faults/test_load.py": "from inbox.services import rows",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """A small project in a folder of its own."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(selection, "ROOT", tmp_path)
    return FILES


SERVICES = ["tests/services/test_other.py", "tests/services/test_rows.py"]
RULES = "tests/rules/test_files.py"
EVERY = [name for name in FILES if is_unit_test(name)]


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("inbox/services/other.py", ["tests/services/test_other.py"]),
        ("inbox/services/rows.py", ["tests/services/test_rows.py", "tests/web/test_list.py"]),
        ("inbox/clock.py", ["tests/web/test_list.py", "tests/services/test_rows.py"]),
        ("templates/list/_row.html", ["tests/web/test_list.py"]),
        ("inbox/supervisor/stage.py", ["tests/supervisor/test_stage.py"]),
        ("tests/services/test_rows.py", ["tests/services/test_rows.py"]),
        ("tests/services/conftest.py", SERVICES),
        ("tests/databases.py", EVERY),
        ("migrations/versions/0001.py", ["tests/test_migrations.py"]),
        ("static/js/live.js", []),
        ("docs/api.md", []),
        ("pyproject.toml", EVERY),
        ("tests/faults/test_load.py", []),
    ],
)  # fmt: skip
def test_what_a_change_touches(project: Mapping[str, str], changed: str, tests: list[str]) -> None:
    assert set(touched(project, [changed])) == {*tests, RULES}


def test_the_nearest_come_first(project: Mapping[str, str]) -> None:
    assert touched(project, ["inbox/services/rows.py"]) == [
        "tests/services/test_rows.py",
        "tests/web/test_list.py",
        RULES,
    ]


def test_who_needs_what_is_gone_is_touched(project: Mapping[str, str]) -> None:
    left = [name for name in project if name != "inbox/services/other.py"]
    assert "tests/services/test_other.py" in touched(left, ["inbox/services/other.py"])


def test_every_unit_test_of_this_project_is_touched_by_something() -> None:
    """A test that no change of the product reaches would never be run before it is handed in."""
    files = project_files(ROOT)
    ours = [name for name in files if not name.startswith("tests/")]
    reached = set(nearest(needs(ROOT, files), ours))
    never = [name for name in files if is_unit_test(name) and name not in reached]
    alone = ("tests/rules/", "tests/stack/", "tests/bench/")  # about tests, or always run
    assert [name for name in never if not name.startswith(alone)] == []
