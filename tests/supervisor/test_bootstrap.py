"""What a person reads when the environment cannot be made."""

import json
from pathlib import Path

import pytest

from inbox.supervisor import bootstrap


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("WARNING: Retrying after ProxyError(…)\nERROR: No matching distribution", "network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "hash"),
        ("error: command 'gcc' failed: No such file or directory", "C compiler"),
        ("blah\nERROR: the disk is full\nsee above", "the disk is full"),
    ],
)
def test_a_failure_is_explained_in_one_line(said: str, words: str) -> None:
    explanation = bootstrap.explain(said)
    assert words in explanation
    assert "\n" not in explanation


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installs: list[list[str]] = []
    (tmp_path / "a.txt").write_text("one==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(bootstrap, "venv_works", lambda: True)
    monkeypatch.setattr(bootstrap, "install", lambda files: installs.append(list(files)))
    bootstrap.prepare(["a.txt"])
    bootstrap.prepare(["a.txt"])
    assert installs == [["a.txt"]]
    (tmp_path / "a.txt").write_text("one==2\n")
    bootstrap.prepare(["a.txt"])
    assert installs == [["a.txt"], ["a.txt"]]
    assert list(json.loads((tmp_path / "installed.json").read_text())) == ["a.txt"]


def test_a_python_without_venv_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match=r"lacks its venv module.*apt-get install"):
        bootstrap.make_venv()
