"""Rows are locked in one place, in the one way that lets others refer to them (D5)."""

import ast
from pathlib import Path

from tests.rules import source

PLACE = "inbox/services/locks.py"
# Prepared once, and they hold rows of several tables.
BESIDES = {"inbox/services/guests/guests.py"}


def test_no_lock_stops_those_who_only_refer_to_the_row() -> None:
    """On PostgreSQL whoever inserts a message takes a share of its instance and conversation: a
    plain FOR UPDATE waits for that, and two who wait for each other are a deadlock."""
    plain = [
        f"{source.name(file)}:{node.lineno}"
        for file in source.python_files("inbox")
        for node in _locks(file)
        if "key_share" not in ast.unparse(node) and "_SHARED" not in ast.unparse(node)
    ]
    assert plain == []


def test_a_lock_is_written_where_their_order_stands() -> None:
    elsewhere = [
        f"{source.name(file)}:{node.lineno}"
        for file in source.python_files("inbox")
        if source.name(file) not in {PLACE, *BESIDES}
        for node in _locks(file)
    ]
    assert elsewhere == []


def test_the_exceptions_are_some() -> None:
    files = {source.name(file): file for file in source.python_files("inbox")}
    assert [name for name in {PLACE, *BESIDES} if not _locks(files[name])] == []


def _locks(file: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.Call) and _is_lock(node)
    ]


def _is_lock(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "with_for_update"
    return named or any(keyword.arg == "with_for_update" for keyword in call.keywords)
