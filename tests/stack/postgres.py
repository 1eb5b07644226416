"""A private PostgreSQL for the tests: found on this machine, or installed where that is possible.

`python -m tests.stack.postgres` is the step of `make test` that provides it. The server lives in a
temporary folder, listens on a Unix socket only, and goes with the test run.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from tests.stack.packages import can_install, install

PACKAGE = "postgresql"
START_SECONDS = 60


def find() -> Path | None:
    """The folder of the server's programs, or None. `POSTGRES_BIN` names one and goes first."""
    named = os.environ.get("POSTGRES_BIN", "")
    on_path = shutil.which("pg_ctl")
    places = [Path(named)] if named else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += [Path(on_path).parent] if on_path else []
    return next((place for place in places if (place / "pg_ctl").exists()), None)


class Postgres:
    """`with Postgres() as server`: running inside, gone without a trace outside."""

    def __enter__(self) -> "Postgres":
        programs = find()
        if programs is None:
            raise RuntimeError("PostgreSQL is not installed")
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="lobby-pg-"))
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "lobby", "-E", "UTF8")
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._crash()
        shutil.rmtree(self._folder)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Crashed inside, up again afterwards with all that was committed."""
        self._crash()
        try:
            yield
        finally:
            self._start()

    def url(self, name: str) -> str:
        """The address of a database, as `DATABASE_URL` takes it."""
        return f"postgresql://lobby@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, as a copy of `template`, and return its address."""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", self._log, "start")

    def _crash(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> str:
        return str(self._folder / "log")

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        """PostgreSQL refuses to be root; then its own user runs it."""
        subprocess.run(
            [self._programs / program, *arguments],
            user="postgres" if os.getuid() == 0 else None,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=START_SECONDS,
            check=True,
        )


def main() -> int:
    """Exit code 0 when a server is there; 1 after one line that says how to get one."""
    if find() is None and can_install():
        install("PostgreSQL for the tests", [PACKAGE])
    if find() is not None:
        return 0
    print(
        "The tests run on PostgreSQL too. Install it (on Debian: apt-get install postgresql), or "
        "set POSTGRES_BIN=/folder/of/pg_ctl.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
