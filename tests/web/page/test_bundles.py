"""Scripts and styles for browsers: kept for ever under a name that changes with the content."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inbox.config import ROOT
from inbox.web.page.bundles import served

ENTRIES = ("desk.js", "fallback.js", "page.js", "sign-in.js", "desk.css", "page.css", "sign-in.css")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


def address(app: Flask, entry: str) -> str:
    with app.app_context():
        return f"/static/bundles/{served().all()[entry].name}"


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_file_is_kept_for_ever_by_everybody(app: Flask, client: FlaskClient, entry: str) -> None:
    answer = client.get(address(app, entry))
    kind = "text/css" if entry.endswith(".css") else "text/javascript"
    assert (answer.status_code, answer.content_type) == (200, f"{kind}; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    tag = answer.headers["ETag"]
    again = client.get(address(app, entry), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["desk-000000000000.js", "desk.js", "desk"])
def test_another_versions_script_is_not_found(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/bundles/{name}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_versions_style_leads_to_todays(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/static/bundles/desk-000000000000.css")
    assert (answer.status_code, answer.headers["Location"]) == (302, address(app, "desk.css"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/static/bundles/other-000000000000.css").status_code == 404


def test_a_page_asks_for_one_sheet_and_one_script(app: Flask, client: FlaskClient) -> None:
    html = client.get("/sign-in").text
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', html) == [address(app, "sign-in.css")]
    assert re.findall(r'<script src="([^"]+)"', html) == [address(app, "sign-in.js")]


def test_a_sheet_finds_its_pictures(app: Flask, client: FlaskClient) -> None:
    sheet = client.get(address(app, "desk.css")).text
    pictures = set(re.findall(r'url\("\.\./([^"]+)"\)', sheet))
    assert pictures
    for picture in pictures:
        with client.get(f"/static/{picture}") as answer:
            assert answer.status_code == 200


def test_the_pages_picture_is_a_part_of_the_page(client: FlaskClient) -> None:
    html = client.get("/sign-in").text
    found = re.search(r'<link rel="icon" href="data:image/svg\+xml,([^"]+)"', html)
    assert found
    drawing = (ROOT / "static" / "img" / "favicon.svg").read_text().strip()
    assert unquote(unescape(found[1])) == drawing
