"""A row is locked in the one way that lets others refer to it (D5)."""

import ast

from tests.rules import source


def test_no_lock_stops_those_who_only_refer_to_the_row() -> None:
    """On PostgreSQL whoever inserts a message takes a share of its instance and conversation: a
    plain FOR UPDATE waits for that, and two who wait for each other are a deadlock."""
    plain = [
        f"{source.name(file)}:{node.lineno}"
        for file in source.python_files("inbox")
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.Call) and _locks(node) and "key_share" not in ast.unparse(node)
    ]
    assert plain == []


def _locks(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "with_for_update"
    return named or any(keyword.arg == "with_for_update" for keyword in call.keywords)
