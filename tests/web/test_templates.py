"""Rules about the templates and scripts themselves."""

import re
from pathlib import Path

import pytest
from flask import Flask

from inbox.config import ROOT

TEMPLATES = sorted((ROOT / "templates").glob("**/*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
# Drawn once for a hotel and shown to everybody: they must not know who is looking.
FOR_EVERYBODY = (
    "list/_row",
    "page/_elsewhere",
    "thread/_bubble",
    "thread/_quote",
    "thread/_content",
    "thread/_attachment",
    "thread/_meta",
    "thread/_location",
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_it_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_in_it_needs_an_exception_from_the_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"<style|\sstyle=", text), "inline style"
    assert not re.search(r"\son[a-z]+=|hx-on|[\"']js:", text), "inline handler"
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("name", FOR_EVERYBODY)
def test_shared_fragments_do_not_depend_on_the_person(name: str) -> None:
    text = (ROOT / "templates" / f"{name}.html").read_text()
    assert not re.search(r"\b(me|current_user|csrf_token|g)\b\s*[.(]", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_turns_events_into_events(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\bfetch\(|\beval\(|new Function", text)
    # Only there is a request told how far its body has come.
    assert ("XMLHttpRequest" in text) == (path.name == "transfer.js")
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write", text)


def test_every_icon_that_is_used_is_drawn() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    text = "".join(path.read_text() for path in TEMPLATES)
    python = "".join(path.read_text() for path in (ROOT / "inbox" / "web").rglob("*.py"))
    used = set(re.findall(r"icon\('([a-z-]+)'", text))
    used |= set(re.findall(r'Tick\("([a-z-]+)"', python))
    assert used <= drawn
    assert "<script" not in sprite
