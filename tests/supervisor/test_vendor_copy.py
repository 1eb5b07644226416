import http.server
import io
import stat
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.supervisor import vendor_copy
from inbox.web.page import vendor
from inbox.web.page.vendor import VendorFile, integrity_of

CONTENT = b"console.log('a library')\n"
FILE = VendorFile("lib-1.0.0.js", "lib", "1.0.0", "dist/lib.js", integrity_of(CONTENT))


class Cdn:
    """A CDN on this machine that serves `content` and counts what it was asked for."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.asked: list[str] = []
        cdn = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                cdn.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(cdn.content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def cdn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cdn]:
    running = Cdn()
    threading.Thread(target=running.server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setattr(vendor, "CDN", running.url)
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def no_cdn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "CDN", "http://127.0.0.1:1")


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stand-in for npm that packs one file and notes its arguments; returns the note's path."""
    archive = tmp_path / "lib.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("package/dist/lib.js")
        member.size = len(CONTENT)
        tar.addfile(member, io.BytesIO(CONTENT))
    script, note = tmp_path / "bin" / "npm", tmp_path / "note"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$@" >> {note}\n/bin/cp {archive} "$5/lib-1.0.0.tgz"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(script.parent))
    return note


@pytest.mark.usefixtures("no_npm")
def test_files_come_from_the_cdn(cdn: Cdn, tmp_path: Path) -> None:
    assert vendor_copy.prepare(tmp_path / "vendor", [FILE]) == []
    assert (tmp_path / "vendor" / FILE.name).read_bytes() == CONTENT
    assert cdn.asked == ["/lib@1.0.0/dist/lib.js"]


def test_a_right_file_costs_no_network(cdn: Cdn, tmp_path: Path) -> None:
    (tmp_path / FILE.name).write_bytes(CONTENT)
    assert vendor_copy.prepare(tmp_path, [FILE]) == []
    assert cdn.asked == []


def test_a_damaged_file_is_replaced(cdn: Cdn, tmp_path: Path) -> None:
    (tmp_path / FILE.name).write_bytes(CONTENT[:-5])
    assert vendor_copy.prepare(tmp_path, [FILE]) == []
    assert (tmp_path / FILE.name).read_bytes() == CONTENT
    assert len(cdn.asked) == 1


@pytest.mark.usefixtures("no_npm")
def test_content_with_another_hash_is_never_kept(cdn: Cdn, tmp_path: Path) -> None:
    cdn.content = CONTENT + b"evil()"
    assert vendor_copy.prepare(tmp_path, [FILE]) == [FILE.name]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_cdn")
def test_npm_is_asked_once_per_package_where_the_cdn_is_silent(npm: Path, tmp_path: Path) -> None:
    twin = VendorFile("twin.js", "lib", "1.0.0", "dist/lib.js", FILE.integrity)
    assert vendor_copy.prepare(tmp_path / "vendor", [FILE, twin]) == []
    assert (tmp_path / "vendor" / "twin.js").read_bytes() == CONTENT
    assert npm.read_text().count("pack lib@1.0.0") == 1


@pytest.mark.usefixtures("no_cdn", "npm")
def test_a_file_that_the_package_lacks_is_reported(tmp_path: Path) -> None:
    other = VendorFile("other.js", "lib", "1.0.0", "dist/other.js", FILE.integrity)
    assert vendor_copy.prepare(tmp_path / "vendor", [other]) == ["other.js"]


@pytest.mark.usefixtures("no_cdn", "no_npm")
def test_with_neither_the_names_are_returned(tmp_path: Path) -> None:
    assert vendor_copy.prepare(tmp_path / "vendor", [FILE]) == [FILE.name]
