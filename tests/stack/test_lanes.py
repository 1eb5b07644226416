"""How tests are dealt out to the workers of a run."""

import pytest

from inbox.config import ROOT
from tests.stack.lanes import LONG, lane


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/faults/test_load.py::test_a[sqlite]", "tests/faults sqlite"),
        ("tests/faults/test_load.py::test_a[postgresql-for a moment]", "tests/faults postgresql"),
        ("tests/faults/test_checkers.py::test_a", "tests/faults sqlite"),
        ("tests/browser/test_files.py::test_a[wide]", "tests/browser"),
        ("tests/journeys/test_files.py::test_a", "tests/journeys"),
        ("tests/services/test_rows.py::test_a[sqlite-x]", "tests/services/test_rows.py"),
        ("tests/web/test_list.py::TestOne::test_a", "tests/web/test_list.py"),
    ],
)
def test_what_shares_a_stack_is_one_lane(test: str, expected: str) -> None:
    assert lane(test) == expected


@pytest.mark.parametrize("name", LONG)
def test_a_long_lane_is_there(name: str) -> None:
    """One that was renamed would silently be dealt out last."""
    assert (ROOT / name.split()[0]).exists()
