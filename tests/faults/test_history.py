"""The checker itself: it must see each of the three faults."""

import pytest

from tests.faults.history import faults

TOLD = {"a": ["1", "2", "3"], "b": ["x"]}


@pytest.mark.parametrize(
    ("arrived", "words"),
    [
        ({"a": ["1", "2", "3"], "b": ["x"]}, ""),
        ({"a": ["1", "3"], "b": ["x"]}, "a: lost ['2']"),
        ({"a": ["1", "2", "2", "3"], "b": ["x"]}, "a: doubled ['2']"),
        ({"a": ["1", "3", "2"], "b": ["x"]}, "a: in the order ['1', '3', '2']"),
        ({"a": ["1", "2", "3"]}, "b: lost ['x']"),
        ({"a": ["1", "2", "3", "x"], "b": ["x"]}, "a: doubled ['x']"),
        ({"a": ["1", "2", "3"], "b": ["x"], "c": ["y"]}, "c was never written to"),
    ],
)
def test_it_finds_what_is_wrong(arrived: dict[str, list[str]], words: str) -> None:
    assert faults(TOLD, arrived) == words
