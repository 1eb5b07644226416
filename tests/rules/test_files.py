"""Files are small, named after nouns of the domain, and every one of them is used."""

import ast
import re
from pathlib import Path

import pytest

from inbox.config import ROOT
from tests.rules import source

LONGEST_FILE = 300
LONGEST_FUNCTION = 30  # without signature and docstring
MOST_PARAMETERS = 6  # besides self
KINDS = {"utils", "util", "helpers", "helper", "common", "misc", "forms", "views", "managers"}
TEXT = {".py", ".html", ".js", ".css", ".md", ".txt", ".in", ".toml", ".ini", ".yml", ".json", ""}


def test_files_stay_small() -> None:
    long = {
        source.name(file): lines
        for file in source.python_files()
        if (lines := file.read_text().count("\n")) > LONGEST_FILE
        and not source.within(file, "migrations/versions")
    }
    assert long == {}


def test_functions_stay_small() -> None:
    long = []
    for file in source.python_files("inbox"):
        for node in ast.walk(source.tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and node.body[1:] else node.body[0]
                lines = (node.end_lineno or node.lineno) - first.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{source.name(file)}:{node.lineno} {node.name}: {lines} lines")
    assert not long, "\n".join(long)


def test_functions_take_few_things() -> None:
    many = []
    for file in source.python_files("inbox"):
        for node in ast.walk(source.tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                names = [one.arg for one in taken if one.arg not in ("self", "cls")]
                if len(names) > MOST_PARAMETERS:
                    many.append(f"{source.name(file)}:{node.lineno} {node.name}: {len(names)}")
    assert not many, "\n".join(many)


def test_no_file_is_named_after_a_kind() -> None:
    named = [
        source.name(file)
        for file in source.files()
        if file.stem.strip("_") in KINDS or file.parent.name in KINDS
    ]
    assert named == []


def test_every_template_is_used() -> None:
    quoted = _quoted("inbox", "templates")
    unused = {path.name for path in (ROOT / "templates").rglob("*.html")} - quoted
    assert unused == set()


def test_every_picture_is_used() -> None:
    """Scripts and styles have rules of their own: test_scripts.py."""
    static = ROOT / "static"
    styles = "".join(path.read_text() for path in static.rglob("*.css"))
    quoted = _quoted("templates") | set(re.findall(r"([\w.-]+)\"\)", styles))
    files = {path.name for path in static.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith((".js", ".css"))} - quoted == set()


def _quoted(*folders: str) -> set[str]:
    """Every word that ends a quoted text anywhere in these folders, such as the name of a file."""
    return {
        word
        for file in source.files()
        if any(source.within(file, folder) for folder in folders)
        and file.suffix in {".py", ".html"}
        for word in re.findall(r"""([\w.-]+)["']""", file.read_text())
    }


def test_no_package_registry_is_named() -> None:
    """Each machine has its own; a hash is what a package is known by."""
    hosts = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
    hosts += [("debian", "org"), ("ubuntu", "com"), ("crates", "io")]
    words = [r"\.".join(host) for host in hosts]
    words += ["--index" + "-url", "--extra-index" + "-url", "^--find" + "-links"]
    pattern = re.compile("|".join(words), re.MULTILINE)
    named = [source.name(file) for file in _text_files() if pattern.search(file.read_text())]
    assert named == []


def test_nothing_is_left_to_do() -> None:
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    left = [source.name(file) for file in _text_files() if pattern.search(file.read_text())]
    assert left == []


def _text_files() -> list[Path]:
    return [file for file in source.files() if file.suffix in TEXT]


@pytest.mark.parametrize("file", ["inbox/config.py", "inbox/gunicorn.py"])
def test_every_setting_is_in_the_documents(file: str) -> None:
    calls = r'(?:reader\.\w+|environ\.get)\(\s*"([A-Z_]+)"'
    settings = set(re.findall(calls, (ROOT / file).read_text()))
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(path.read_text() for path in documents if path.exists())
    assert settings
    assert {name for name in settings if name not in text} == set()
