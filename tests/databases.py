"""Databases of tests: an empty one, and copies of one that was prepared. SQLite or PostgreSQL."""

import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal

from flask_migrate import upgrade
from sqlalchemy import Engine

from inbox import create_app
from inbox.config import Settings
from inbox.extensions import db
from tests.quick import Statements
from tests.stack.content import Content
from tests.stack.postgres import Postgres

Dialect = Literal["sqlite", "postgresql"]
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Place:
    """A data folder, and beside it the database when that is not in the folder."""

    folder: Path
    database: str = ""
    database_url: str = ""
    original: str = ""

    @property
    def settings(self) -> Settings:
        """Development settings whose data live here."""
        return Settings.from_env(
            {"LOBBY_DATA": str(self.folder), "DATABASE_URL": self.database_url}
        )


class Databases:
    """Makes places, all on SQLite or all on one PostgreSQL server."""

    def __init__(self, folder: Path, server: Postgres | None) -> None:
        self.folder = folder
        self._server = server
        self._numbers = itertools.count(1)
        self._contents: dict[str, Content] = {}
        self._spare: defaultdict[str, list[Place]] = defaultdict(list)

    @cached_property
    def migrated(self) -> Place:
        """An empty database with every migration applied, made once, to be copied."""
        place = self.empty(self.folder / "migrated")
        with create_app(place.settings).app_context():
            upgrade()
            self._statements = Statements(db.engine)
            db.engine.dispose()
        return place

    def quicken(self, engine: Engine) -> None:
        """Let the engine of a copy of a migrated place know what others have compiled."""
        self._statements.share(engine)

    def empty(self, folder: Path) -> Place:
        """A place without tables."""
        folder.mkdir(parents=True, exist_ok=True)
        return self._place(folder, "template0")

    def copy(self, original: Place, folder: Path) -> Place:
        """A place with all that is in another, whose connections must be closed."""
        shutil.copytree(original.folder, folder)
        if self._spare[original.database]:
            return replace(self._spare[original.database].pop(), folder=folder)
        if original.database and original.database not in self._contents:
            self._contents[original.database] = Content(original.database_url)
        return self._place(folder, original.database)

    def drop(self, place: Place) -> None:
        """Give back what a folder does not hold. A copy that can be made as it was serves again."""
        content = self._contents.get(place.original)
        if content is not None and content.put_back(place.database_url):
            self._spare[place.original].append(place)
        elif self._server is not None:
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
        return Place(folder, name, self._server.create(name, template), template)


class Servers:
    """`with Servers(folder) as servers`: each kind of database is started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: dict[Dialect, Databases] = {}
        self._end = ExitStack()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.close()

    def __getitem__(self, dialect: Dialect) -> Databases:
        if dialect not in self._started:
            server = self._end.enter_context(Postgres()) if dialect == "postgresql" else None
            self._started[dialect] = Databases(self._folder / dialect, server)
        return self._started[dialect]
