"""Serves our scripts and styles: one of each for a page, by an address that names the content."""

import re
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import quote

from flask import Blueprint, current_app, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from inbox.config import Settings
from inbox.errors import NotFound
from inbox.web.blueprint import blueprint
from inbox.web.page.bundle import Bundle, bundles
from inbox.web.page.vendor import A_YEAR

_OTHER_STYLE = re.compile(r"([a-z-]+)-[0-9a-f]{12}(\.css)")


class Served:
    """The files of this process. In production they are made once; else whenever a part changes."""

    def __init__(self, static: Path, *, changes: bool) -> None:
        self._static, self._changes = static, changes
        self._made = bundles(static)

    def all(self) -> dict[str, Bundle]:
        """By entry. Raises `BundleError` for a part that was changed and does not fit."""
        return bundles(self._static) if self._changes else self._made


def served() -> Served:
    """Those of the running application."""
    return cast(Served, current_app.extensions["lobby_bundles"])


def bundle(entry: str) -> str:
    """The address of what became of an entry such as `desk.js`."""
    return url_for("web.bundle_file", name=served().all()[entry].name)


@lru_cache(maxsize=8)
def inline(name: str) -> str:
    """Draw a small picture of `static/` into an address that is the picture: no request for it."""
    text = (Path(cast(str, current_app.static_folder)) / name).read_text(encoding="utf-8")
    return "data:image/svg+xml," + quote(text.strip(), safe=" =:/'")


@blueprint.get("/static/bundles/<name>")
def bundle_file(name: str) -> Response:
    """One file, for ever. Of another version's files (an upgrade came between a page and its parts)
    a style sheet leads to today's, which may look a little wrong; a script is not found, because a
    page without scripts works and one with another version's might not.
    """
    for made in served().all().values():
        if made.name == name:
            return _kept(made)
    other = _OTHER_STYLE.fullmatch(name)
    if other is None or other[1] + other[2] not in served().all():
        raise NotFound()
    return redirect(bundle(other[1] + other[2]))


def _kept(made: Bundle) -> Response:
    response = current_app.response_class(
        made.content, content_type=f"{made.mime_type}; charset=utf-8"
    )
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.set_etag(made.digest)
    return response.make_conditional(request.environ)


def register(blueprint: Blueprint) -> None:
    """Make the files when the application starts, and offer `bundle` to every template."""
    blueprint.record(_make)
    blueprint.add_app_template_global(bundle, "bundle")
    blueprint.add_app_template_global(inline, "inline")


def _make(state: BlueprintSetupState) -> None:
    settings: Settings = state.app.config["LOBBY"]
    static = Path(cast(str, state.app.static_folder))
    state.app.extensions["lobby_bundles"] = Served(static, changes=not settings.production)
