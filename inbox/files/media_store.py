"""Where fetched files live: a folder, behind four verbs. Names are random and tell nothing."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


class FolderStore:
    """Files under one folder, spread over 256 subfolders by the first two letters of their key."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def incoming(self) -> Iterator[BinaryIO]:
        """A file to write into, on the same disk; gone afterwards unless `keep` took it."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".incoming-") as file:
            yield cast(BinaryIO, file)

    def keep(self, file: BinaryIO) -> str:
        """Keep what was written, whole and on the disk, and return its key."""
        file.flush()
        os.fsync(file.fileno())
        key = secrets.token_hex(20)
        path = self.path(key)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.link(str(file.name), path)
        return key

    def path(self, key: str) -> Path:
        """Where the file of this key is. Refuses anything that is not a key."""
        if len(key) != 40 or not key.isalnum():
            raise ValueError("not a key of this store")
        return self.root / key[:2] / key

    def drop(self, key: str) -> None:
        """Forget the file. Safe to repeat."""
        self.path(key).unlink(missing_ok=True)
