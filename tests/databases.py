"""Databases of tests: an empty one, and copies of one that was prepared. SQLite or PostgreSQL."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from inbox.config import Settings
from tests.stack.postgres import Postgres


@dataclass(frozen=True)
class Place:
    """A data folder, and beside it the database when that is not in the folder."""

    folder: Path
    database: str = ""
    database_url: str = ""

    @property
    def settings(self) -> Settings:
        """Development settings whose data live here."""
        return Settings.from_env(
            {"LOBBY_DATA": str(self.folder), "DATABASE_URL": self.database_url}
        )


class Databases:
    """Makes places, all on SQLite or all on one PostgreSQL server."""

    def __init__(self, server: Postgres | None) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    def empty(self, folder: Path) -> Place:
        """A place without tables."""
        folder.mkdir(parents=True, exist_ok=True)
        return self._place(folder, "template0")

    def copy(self, original: Place, folder: Path) -> Place:
        """A place with all that is in another, whose connections must be closed."""
        shutil.copytree(original.folder, folder)
        return self._place(folder, original.database)

    def drop(self, place: Place) -> None:
        """Give back what a folder does not hold."""
        if self._server is not None:
            self._server.drop(place.database)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server has crashed inside, and is up again afterwards."""
        assert self._server is not None, "SQLite has no server"
        with self._server.away():
            yield

    def _place(self, folder: Path, template: str) -> Place:
        if self._server is None:
            return Place(folder)
        name = f"test_{next(self._numbers)}"
        return Place(folder, name, self._server.create(name, template))
