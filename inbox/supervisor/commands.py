"""Our own `flask …` commands, run in this process: starting Python again costs a second each."""

import contextlib
import io
import traceback

from flask import Flask
from flask.cli import ScriptInfo

from inbox.config import Settings
from inbox.supervisor.errors import StartError


def run(app: Flask, *arguments: str) -> str:
    """What the command printed. Raises `StartError` with one line if it fails."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            app.cli.main(
                list(arguments),
                standalone_mode=False,
                obj=ScriptInfo(create_app=lambda: app),
            )
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it was, one line says it
        raise StartError(_explain(app, arguments, printed.getvalue(), error)) from None
    return printed.getvalue()


def _explain(app: Flask, arguments: tuple[str, ...], printed: str, error: BaseException) -> str:
    settings: Settings = app.config["LOBBY"]
    log = settings.data_dir / "start.log"
    log.write_text(printed + "".join(traceback.format_exception(error)))
    log.chmod(0o600)
    said = (str(error) or printed).strip().splitlines() or [type(error).__name__]
    return f"flask --app wsgi {' '.join(arguments)} failed: {said[0]} (more in {log})"
