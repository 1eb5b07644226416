"""Starting with a wrong setting: each process ends at once, with one line and no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from inbox.config import ROOT

BIN = Path(sys.executable).parent
PORT = "21510"
GUNICORN = [str(BIN / "gunicorn"), "--config", "inbox/gunicorn.py", "wsgi:app"]
FLASK = [str(BIN / "flask"), "--app", "wsgi"]
HOTEL = [*FLASK, "hotel", "add", "x", "--name", "N", "--timezone", "UTC"]
WORKER = [*FLASK, "worker", "sending"]


def start(command: list[str], data: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run to its end. A process that goes on running fails the test."""
    own = {"PATH": os.environ["PATH"], "HOME": str(data), "LOBBY_DATA": str(data), "PORT": PORT}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=own | environ,
        capture_output=True,
        text=True,
        timeout=25,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def said(ended: subprocess.CompletedProcess[str]) -> list[str]:
    """Our lines, without gunicorn's own log."""
    assert ended.returncode not in (0, None), ended
    assert "Traceback" not in ended.stderr + ended.stdout
    lines = (ended.stdout + ended.stderr).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("[")]


@pytest.mark.parametrize("command", [GUNICORN, HOTEL, WORKER], ids=["gunicorn", "flask", "worker"])
def test_production_without_secrets_ends_in_one_line(tmp_path: Path, command: list[str]) -> None:
    (line,) = said(start(command, tmp_path, LOBBY_ENV="production", REDIS_URL="redis://localhost"))
    assert line.startswith("Lobby cannot start: SECRET_KEY must be")


def test_production_with_a_default_secret_ends_in_one_line(tmp_path: Path) -> None:
    secret = "change-me-change-me-change-me-change-me"
    ended = start(
        GUNICORN, tmp_path, LOBBY_ENV="production", REDIS_URL="redis://x", SECRET_KEY=secret
    )
    (line,) = said(ended)
    assert line.startswith("Lobby cannot start: SECRET_KEY must be")
    assert secret not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEB_THREADS", "many"), ("WEB_CONCURRENCY", "0"), ("DATABASE_URL", "mysql://x/y")],
)
def test_gunicorn_with_a_wrong_setting_ends_in_one_line(
    tmp_path: Path, name: str, value: str
) -> None:
    (line,) = said(start(GUNICORN, tmp_path, **{name: value}))
    assert line.startswith("Lobby cannot start: ")
    assert name in line


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    assert "port" in " ".join(said(start(GUNICORN, tmp_path, PORT="abc")))
    (line,) = said(start(HOTEL, tmp_path, PORT="abc"))
    assert "PORT must be a port number" in line


def test_a_busy_port_of_the_simulator_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (line,) = said(start([*FLASK, "simulator", "--port", port], tmp_path))
    assert port in line
    assert "busy" in line
