"""Says hello once everything answers. A process of its own beside the ones it waits for."""

import json
import signal
import time
import urllib.error
import urllib.request

from flask import Flask

from inbox import create_app
from inbox.config import Settings
from inbox.supervisor import commands
from inbox.supervisor.errors import StartError

READY_SECONDS = 60.0
ASK_SECONDS = 2.0


def greet(settings: Settings, accounts: str) -> None:
    """Wait for simulator and web, connect the demo numbers, and print how to begin.

    `accounts` is the JSON that `flask demo accounts` prints.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us also stops us
    url = f"http://127.0.0.1:{settings.port}"
    trouble = _wait(f"http://127.0.0.1:{settings.simulator_port}/_sim/") or _connect(
        create_app(settings)
    )
    trouble = _wait(f"{url}/readyz") or trouble
    print(f"\n  Lobby has a problem: {trouble}" if trouble else "", flush=True)
    print(_block(url, json.loads(accounts)), flush=True)


def _connect(app: Flask) -> str:
    """'' or why the simulator could not be told where its webhooks go."""
    try:
        commands.run(app, "demo", "connect")
    except StartError as error:
        return str(error)
    return ""


def _wait(address: str) -> str:
    """'' as soon as the address answers well; otherwise what it said last, after a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=ASK_SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace").strip()
        except OSError as error:
            said = f"{address} does not answer ({error})"
        if time.monotonic() > deadline:
            return said
        time.sleep(0.1)


def _block(url: str, accounts: list[dict[str, object]]) -> str:
    width = max((len(str(account["email"])) for account in accounts), default=0)
    people = [
        f"    {account['email']!s:<{width}}   {account['password']}   ({_described(account)})"
        for account in accounts
    ]
    lines = [
        f"  Lobby is open:  {url}",
        "",
        "  Sign in as",
        *people,
        "",
        "  The guests are simulated; they write now and then and answer what you send.",
        "  To link a real number, with the values of its Green API console:",
        "    .venv/bin/flask --app wsgi instance add grand-plaza --id-instance 1101… --token …",
        "",
        "  Ctrl-C stops everything and keeps the data.",
        "",
    ]
    return "\n".join(lines)


def _described(account: dict[str, object]) -> str:
    hotels = account["hotels"]
    names = ", ".join(hotels) if isinstance(hotels, list) else str(hotels)
    return f"{account['name']}, {str(account['role']).replace('_', ' ')}: {names}"
