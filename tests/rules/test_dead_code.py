"""Nothing stands in the product that only tests name."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules import imports, source

# By its dotted name, and why it stays all the same.
REGISTER = "register"  # inbox/web/__init__ calls that of every part that it has
STAYS: dict[str, str] = {
    "inbox.gunicorn.on_starting": "gunicorn calls it by its name",
    "inbox.gunicorn.post_worker_init": "gunicorn calls it by its name",
}


def test_every_function_and_class_has_a_caller() -> None:
    dead = sorted(_defined() - _named() - set(STAYS))
    assert not dead, "\n".join(dead)


def test_what_stays_is_there_and_has_no_caller() -> None:
    assert set(STAYS) <= _defined() - _named()


def _defined() -> set[str]:
    """Every function and class of a module of ours, by its dotted name. What a decorator hands to
    somebody else (a route, a command, a listener) has its caller there.
    """
    return {
        f"{module}.{node.name}"
        for module, file in imports.modules().items()
        for node in source.tree(file).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name != REGISTER
        and not _is_handed_over(node)
    }


def _is_handed_over(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return any("." in ast.unparse(one).partition("(")[0] for one in node.decorator_list)


def _named() -> set[str]:
    """What some module of ours, a migration or the entry names: its own, or another's."""
    entries = [*source.python_files("migrations"), *_files_named("wsgi.py")]
    named = {name for file in entries for name in _names(file, "")}
    for module, file in imports.modules().items():
        named.update(_names(file, module))
    return named


def _files_named(name: str) -> list[Path]:
    return [file for file in source.python_files() if source.name(file) == name]


def _names(file: Path, module: str) -> Iterator[str]:
    aliases = dict(_aliases(file))
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield aliases.get(node.id, f"{module}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{aliases.get(node.value.id, node.value.id)}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _in_text(node.value, module)
    if file.name == "__init__.py":
        yield from aliases.values()  # what a package offers, somebody may take


def _aliases(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def _in_text(text: str, module: str) -> Iterator[str]:
    """An annotation as text, and a job by its dotted name."""
    if text.isidentifier():
        yield f"{module}.{text}"
    elif text.startswith("inbox."):
        yield text
