"""Fills the folder of CDN files that Lobby serves itself when the CDN cannot be reached (D14)."""

import os
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from inbox.web.page.vendor import VendorFile, integrity_of

CDN_SECONDS = 5.0
NPM_SECONDS = 60.0

Fetch = Callable[[VendorFile], bytes | None]


def prepare(folder: Path, files: Iterable[VendorFile]) -> list[str]:
    """Make `folder` hold every file, its hash checked. Returns the names that could not be had.

    Files that are already there and right cost no network. Each is put in place in one step, so
    that a reader never sees half of one.
    """
    missing = [file for file in files if not _is_right(folder / file.name, file)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        for fetch in (_Cdn(), _Npm()):
            missing = [file for file in missing if not _keep(folder, file, fetch)]
    return [file.name for file in missing]


def _is_right(path: Path, file: VendorFile) -> bool:
    try:
        return integrity_of(path.read_bytes()) == file.integrity
    except OSError:
        return False


def _keep(folder: Path, file: VendorFile, fetch: Fetch) -> bool:
    """Whether the right bytes were fetched and are now in the folder."""
    content = fetch(file)
    if content is None or integrity_of(content) != file.integrity:
        return False
    draft = folder / f".{file.name}.{os.getpid()}"
    draft.write_bytes(content)
    draft.replace(folder / file.name)
    return True


class _Cdn:
    """Fetches from the CDN; after one failure it is not asked again."""

    def __init__(self) -> None:
        self._silent = False

    def __call__(self, file: VendorFile) -> bytes | None:
        if self._silent:
            return None
        try:
            with urllib.request.urlopen(file.cdn_url, timeout=CDN_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except OSError:
            self._silent = True
            return None


class _Npm:
    """Fetches with `npm pack`, once per package."""

    def __init__(self) -> None:
        self._packages: dict[str, bytes | None] = {}

    def __call__(self, file: VendorFile) -> bytes | None:
        package = f"{file.package}@{file.version}"
        if package not in self._packages:
            self._packages[package] = _npm_pack(package)
        archive = self._packages[package]
        return None if archive is None else _member(archive, f"package/{file.path}")


def _npm_pack(package: str) -> bytes | None:
    """The bytes of the package's archive, or None where npm is missing or cannot reach it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        try:
            subprocess.run(
                command,
                cwd=folder,
                check=True,
                timeout=NPM_SECONDS,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        archives = list(Path(folder).glob("*.tgz"))
        return archives[0].read_bytes() if archives else None


def _member(archive: bytes, name: str) -> bytes | None:
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        try:
            with tarfile.open(fileobj=file, mode="r:gz") as tar:
                member = tar.extractfile(name)
                return None if member is None else member.read()
        except (KeyError, tarfile.TarError):
            return None
