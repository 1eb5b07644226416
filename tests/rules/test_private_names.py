"""Tests use what the product offers: a private name is its owner's to change."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules import source

# Others named these, and there is no other way.
ALLOWED = {
    "_exit",  # os: end without cleaning up, as a killed process does
    "_storage_dead",  # Flask-Limiter: whether it has given up on Redis, for this process
    "_mapping",  # SQLAlchemy: a row as a dictionary
    "_compiled_cache",  # SQLAlchemy: the statements that an engine has compiled
    "_compile_builder",  # Werkzeug: the code that builds an address of a route
    "_trace",  # Werkzeug: the parts of a route
    "_reschedule",  # pytest-xdist: which tests a process gets next
}


def test_no_test_uses_a_private_name() -> None:
    files = source.python_files("tests")
    assert len(files) > 200
    used = [f"{source.name(file)}:{line} {name}" for file in files for line, name in private(file)]
    assert not used, "\n".join(used)


def private(file: Path) -> Iterator[tuple[int, str]]:
    """Private names of others: of an object or a module, imported, or given to `setattr`."""
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if is_private(node.attr) and not is_own:
                yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            names = (alias.name for alias in node.names)
            yield from ((node.lineno, name) for name in names if is_private(name))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setattr":
            words = (word for word in node.args if isinstance(word, ast.Constant))
            names = (str(word.value).rpartition(".")[2] for word in words)
            yield from ((node.lineno, name) for name in names if is_private(name))


def is_private(name: str) -> bool:
    """One underscore before a name; two are Python's own."""
    return name.startswith("_") and not name.startswith("__") and name not in ALLOWED
