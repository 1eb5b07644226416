"""Addresses of our own style sheets and scripts that change when their content does."""

import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from inbox.web.page.vendor import A_YEAR, VENDOR_FILES

THEMES = ("light", "dark")


@lru_cache(maxsize=256)
def _fingerprint(path: Path, _changed_at: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _address(_root: str, name: str, path: str, changed_at: int) -> str:
    return url_for("static", filename=name, v=_fingerprint(Path(path), changed_at))


def asset(name: str) -> str:
    """The address of a file of `static/`, with a fingerprint of its content."""
    path = f"{current_app.static_folder}/{name}"
    return _address(request.root_path, name, path, os.stat(path).st_mtime_ns)


def keep_fingerprinted(response: Response) -> Response:
    """A file asked for by its fingerprint never changes: browsers may keep it."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def page_parts() -> dict[str, Any]:
    """The CDN table, and the theme this browser chose ('' follows the system)."""
    chosen = request.cookies.get("theme", "")
    return {"vendor_files": VENDOR_FILES, "theme": chosen if chosen in THEMES else ""}


def register(blueprint: Blueprint) -> None:
    """Offer `asset` and the page's parts to every template."""
    blueprint.add_app_template_global(asset, "asset")
    blueprint.app_context_processor(page_parts)
    blueprint.after_app_request(keep_fingerprinted)
