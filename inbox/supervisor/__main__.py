"""`python -m inbox.supervisor`: everything between the command and a running product."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from honcho.environ import parse_procfile

from inbox import create_app
from inbox.config import ROOT, Settings
from inbox.environment import SettingsError
from inbox.extensions import db
from inbox.supervisor import commands, leftover_processes, valkey, vendor_copy, welcome
from inbox.supervisor.errors import StartError
from inbox.supervisor.ports import check_free
from inbox.supervisor.stage import Stage
from inbox.web.page.vendor import VENDOR_FILES


def main() -> int:
    """Exit code 0 after Ctrl-C, 1 when the start or a process failed (said in one line)."""
    try:
        settings = _settings()
        with leftover_processes.lock(settings.data_dir):
            return _run(settings)
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _settings() -> Settings:
    settings = Settings.from_env(os.environ)
    if settings.production:
        raise StartError(
            "make run starts a demo with a simulated WhatsApp. With LOBBY_ENV=production start the "
            "processes of the Procfile instead."
        )
    return settings


def _run(settings: Settings) -> int:
    environ = _environment(settings)
    _clear_the_way(settings, environ)
    app = create_app(settings)
    accounts = _prepare(app, settings)
    stage = Stage(_commands(settings), environ)
    greeter = multiprocessing.Process(target=welcome.greet, args=(settings, accounts), daemon=True)
    greeter.start()
    try:
        stage.loop()
    finally:
        greeter.kill()
        greeter.join()
    return 1 if stage.console.failed else 0


def _environment(settings: Settings) -> dict[str, str]:
    """What the processes get: ours, with every default they share said once."""
    return {
        **os.environ,
        "HOST": os.environ.get("HOST", "127.0.0.1"),
        "PORT": str(settings.port),
        "SIMULATOR_PORT": str(settings.simulator_port),
        "LOBBY_DATA": str(settings.data_dir),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONUNBUFFERED": "1",
        "GUNICORN_CMD_ARGS": os.environ.get("GUNICORN_CMD_ARGS", "--log-level warning"),
        leftover_processes.MARK: str(settings.data_dir),
    }


def _clear_the_way(settings: Settings, environ: Mapping[str, str]) -> None:
    """End what a killed run left behind; then the ports must be free and Redis must answer."""
    if leftover_processes.end(str(settings.data_dir)):
        print("Ended what an earlier run had left behind.", flush=True)
    if settings.redis_is_private:
        valkey.end_leftover(settings.valkey_socket)
    else:
        valkey.check_answers(settings.redis_url)
    check_free(environ["HOST"], {"PORT": settings.port, "SIMULATOR_PORT": settings.simulator_port})


def _prepare(app: Flask, settings: Settings) -> str:
    """Files and rows that a start needs. Returns the demo sign-ins as JSON."""
    print("Preparing the scripts, the database and the demo hotels …", flush=True)
    missing = vendor_copy.prepare(settings.data_dir / "vendor", VENDOR_FILES)
    if missing:
        print(
            "Neither the CDN nor npm can be reached, so pages load these from the CDN alone: "
            + ", ".join(missing),
            flush=True,
        )
    commands.run(app, "db", "upgrade")
    commands.run(app, "demo", "seed")
    with app.app_context():
        db.engine.dispose()  # an open connection must not be shared with what is started now
    return commands.run(app, "demo", "accounts")


def _commands(settings: Settings) -> dict[str, str]:
    """The processes of the Procfile, and beside them what only a demo needs."""
    extra: dict[str, str] = {}
    if settings.redis_is_private:
        extra["valkey"] = valkey.command(settings)
    extra["simulator"] = (
        'exec flask --app wsgi simulator --port "$SIMULATOR_PORT" '
        '--instances "$LOBBY_DATA/simulator.json" --demo'
    )
    procfile = parse_procfile((ROOT / "Procfile").read_text())
    return extra | {name: f"exec {line}" for name, line in procfile.processes.items()}


if __name__ == "__main__":
    if sys.platform == "linux":
        # Honcho's watchers and the greeter then load nothing anew. Nobody has threads here.
        multiprocessing.set_start_method("fork")
    sys.exit(main())
