"""CDN files: exact versions, real hashes, and our own copy under a fixed name."""

import re
from pathlib import Path

import pytest
from flask import Flask

from inbox.config import Settings
from inbox.web.page.vendor import VENDOR_FILES, VendorFile, integrity_of


@pytest.mark.parametrize("file", VENDOR_FILES, ids=lambda file: file.name)
def test_a_row_names_one_exact_file(file: VendorFile) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", file.version)
    assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", file.integrity)
    assert file.version in file.name
    assert re.fullmatch(r"[a-z0-9.-]+\.js", file.name)
    assert file.cdn_url.startswith(f"https://cdn.jsdelivr.net/npm/{file.package}@{file.version}/")


def test_names_are_unique() -> None:
    assert len({file.name for file in VENDOR_FILES}) == len(VENDOR_FILES)


def test_integrity_is_what_browsers_compute() -> None:
    assert integrity_of(b"alert('Hello, world.');") == (
        "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
    )


def test_our_copy_is_served_by_name_and_nothing_else_is(app: Flask) -> None:
    settings: Settings = app.config["LOBBY"]
    folder: Path = settings.data_dir / "vendor"
    folder.mkdir()
    (folder / VENDOR_FILES[0].name).write_text("// a copy")
    (folder / "other.js").write_text("// not in the table")
    client = app.test_client()
    with client.get(VENDOR_FILES[0].local_url) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/vendor/other.js").status_code == 404
    assert client.get("/vendor/..%2flobby.db").status_code == 404
    assert client.get(VENDOR_FILES[1].local_url).status_code == 404


def test_every_cdn_script_carries_its_hash_and_its_fallback(app: Flask) -> None:
    with app.test_request_context():
        html = app.jinja_env.get_template("page/_scripts.html").render(vendor_files=VENDOR_FILES)
    for file in VENDOR_FILES:
        assert f'src="{file.cdn_url}" integrity="{file.integrity}" crossorigin="anonymous"' in html
        assert f'data-fallback="{file.local_url}"' in html
