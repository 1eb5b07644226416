"""Starts web, worker, simulator and a private Valkey on free ports with data of their own."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
import requests
from honcho.environ import parse_procfile

from inbox.config import ROOT, Settings
from inbox.supervisor import valkey
from tests.stack.commands import Command, run_commands
from tests.stack.ports import Ports
from tests.stack.processes import OWNER, RUN, Service, end_orphans
from tests.stack.simulator import SimulatorControl

READY_SECONDS = 90.0
ANSWER_SECONDS = 30.0
LOG_LINES = 40
ABSENT = Path(__file__).parent / "absent"
KEPT = ("HOME", "LANG", "TMPDIR", RUN)
PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Hotel:
    """A hotel with one number, one member of staff and an API token."""

    slug: str
    id_instance: int
    token: str = field(repr=False)
    webhook_token: str = field(repr=False)
    email: str
    password: str = field(repr=False)
    api_token: str = field(repr=False)


class Stack:
    """`with Stack(tmp_path) as stack`: running and ready inside, gone without a trace outside.

    `environ` is added to the environment of every process. Settle and lease times are short unless
    it says otherwise, so that a test need not wait minutes for what a crash leaves open. The
    private Valkey runs even where `REDIS_URL` leads elsewhere: to it, through a `Proxy`. A database
    that is `migrated` is taken as it is.
    """

    def __init__(
        self, folder: Path, environ: Mapping[str, str] | None = None, *, migrated: bool = False
    ) -> None:
        self.folder = folder
        self._migrated = migrated
        self.data = folder / "data"
        self._ports = Ports(2)
        self.port, self.simulator_port = self._ports.numbers
        self.environ = self._environment(environ or {})
        self.settings = Settings.from_env(self.environ)
        self.url = f"http://127.0.0.1:{self.port}"
        self.simulator = SimulatorControl(f"http://127.0.0.1:{self.simulator_port}")
        self.services: dict[str, Service] = {}
        self._hotels = 0

    def __enter__(self) -> "Stack":
        end_orphans()
        try:
            if not self._migrated:
                self.flask("db", "upgrade")
            for name, line in self._commands().items():
                self._start(name, line)
            self.wait_ready()
        except BaseException:
            self.stop()
            self._print_logs()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if kind is not None:
            self._print_logs()

    def stop(self) -> None:
        """Stop every process; Valkey and the simulator last, so that the others end in peace."""
        others = [
            self.services[name] for name in self.services if name not in ("valkey", "simulator")
        ]
        for service in others:
            service.terminate()
        for service in [*others, *self.services.values()]:
            service.stop()
        self._ports.release()

    @contextmanager
    def another(self, name: str) -> Iterator[Service]:
        """A second process beside the one of this name, as on a second machine."""
        second = f"another {name}"
        try:
            yield self._start(second, self._commands()[name])
        finally:
            self.services.pop(second).stop()

    def kill9(self, name: str) -> None:
        """End a process and all it started with SIGKILL."""
        self.services[name].kill9()

    def kill9_children(self, name: str) -> list[int]:
        """SIGKILL what a process started (gunicorn's worker, RQ's workers); returns their ids."""
        return self.services[name].kill9_children()

    def restart(self, *names: str) -> None:
        """Stop these processes if they run, and start them; returns when all are ready."""
        for name in names:
            self.services[name].stop()
            self.services[name].start(ROOT)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Until Valkey, the simulator and the web process answer."""
        wait_until(lambda: self._ready("/readyz", self.url), READY_SECONDS, "the web process")
        wait_until(
            lambda: self._ready("/_sim/instances", self.simulator.url),
            READY_SECONDS,
            "the simulator",
        )

    def flush_redis(self) -> None:
        """Forget everything Valkey knows, as a failover or a mistake would."""
        with redis.Redis(unix_socket_path=str(self.settings.valkey_socket)) as client:
            client.flushall()

    def flask(self, *arguments: str, given: str = "") -> str:
        """Run `flask --app wsgi ARGUMENTS` with `given` on standard input; what it printed."""
        return run_commands([(list(arguments), given)], self.environ)[0]

    def add_hotel(self, slug: str, timezone: str = "Europe/London") -> Hotel:
        """Add a hotel with a number at the simulator, a front-desk login and an API token."""
        return self.add_hotels(slug, timezone=timezone)[0]

    def add_hotels(self, *slugs: str, timezone: str = "Europe/London") -> list[Hotel]:
        """Add several at once, which costs little more than one."""
        prepared = [self._prepare_hotel(slug, timezone) for slug in slugs]
        commands = [command for _, of_one in prepared for command in of_one]
        printed = iter(run_commands(commands, self.environ))
        hotels = []
        for hotel, of_one in prepared:
            *_, token = [next(printed) for _ in of_one]
            hotels.append(replace(hotel, api_token=token.split()[-1]))
            self._set_webhooks(hotels[-1])
        return hotels

    def _prepare_hotel(self, slug: str, timezone: str) -> tuple[Hotel, list[Command]]:
        """A number at the simulator, and the commands that bring the hotel to life."""
        self._hotels += 1
        hotel = f"{slug.replace('-', ' ').title()}"
        id_instance = 7103100000 + self._hotels
        token, hook = f"{self._hotels}a" * 25, f"hook{self._hotels}" * 6
        email = f"desk@{slug}.example"
        self.simulator.add_instance(
            id_instance=id_instance, token=token, name=hotel, wid=f"3491000{self._hotels:04}@c.us"
        )
        instance = ["instance", "add", slug, "--id-instance", str(id_instance), "--token", token]
        instance += ["--api-url", self.simulator.url, "--media-url", self.simulator.url]
        commands: list[Command] = [
            (["hotel", "add", slug, "--name", hotel, "--timezone", timezone], ""),
            ([*instance, "--webhook-token", hook], ""),
            (["staff", "add", email, "--name", "Alice Desk"], f"{PASSWORD}\n"),
            (["staff", "grant", email, slug, "front_desk"], ""),
            (["token", "add", slug, "--name", "tests"], ""),
        ]
        return Hotel(slug, id_instance, token, hook, email, PASSWORD, ""), commands

    def _set_webhooks(self, hotel: Hotel) -> None:
        self.simulator.set_settings(
            hotel.id_instance,
            webhookUrl=f"{self.url}/api/v1/whatsapp/webhook",
            webhookUrlToken=hotel.webhook_token,
            incomingWebhook="yes",
            outgoingWebhook="yes",
            outgoingMessageWebhook="yes",
            outgoingAPIMessageWebhook="yes",
            stateWebhook="yes",
        )

    def post_webhook(self, hotel: Hotel, body: Mapping[str, Any]) -> requests.Response:
        """Post a webhook as Green API would, with the hotel's webhook token."""
        return requests.post(
            f"{self.url}/api/v1/whatsapp/webhook",
            json=body,
            headers={"Authorization": f"Bearer {hotel.webhook_token}"},
            timeout=ANSWER_SECONDS,
        )

    def send(self, hotel: Hotel, **body: object) -> requests.Response:
        """`POST /api/v1/whatsapp/send` with the hotel's API token."""
        return requests.post(
            f"{self.url}/api/v1/whatsapp/send",
            json=body,
            headers={"Authorization": f"Bearer {hotel.api_token}"},
            timeout=ANSWER_SECONDS,
        )

    def status(self, hotel: Hotel, message_id: int | str) -> requests.Response:
        """`GET /api/v1/whatsapp/status/<message_id>` with the hotel's API token."""
        return requests.get(
            f"{self.url}/api/v1/whatsapp/status/{message_id}",
            headers={"Authorization": f"Bearer {hotel.api_token}"},
            timeout=ANSWER_SECONDS,
        )

    def _start(self, name: str, line: str) -> Service:
        command, log = ["/bin/sh", "-c", line], self.folder / f"{name}.log"
        self.services[name] = Service(name, command, self.environ, log)
        self.services[name].start(ROOT)
        return self.services[name]

    def _environment(self, added: Mapping[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONPATH": str(ABSENT),
            "PYTHONUNBUFFERED": "1",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "LOBBY_DATA": str(self.data),
            "LOBBY_SETTLE_SECONDS": "3",
            "LOBBY_LEASE_SECONDS": "3",
            "LOBBY_PROVIDER_SECONDS": "1.4",
            "LOBBY_API_RATE": "0",  # tests ask how far a message is more often than programs do
            OWNER: str(os.getpid()),
            **added,
        }

    def _commands(self) -> dict[str, str]:
        commands = {
            # A process that renames itself loses the mark in its environment.
            "valkey": f"{valkey.command(self.settings)} --set-proc-title no",
            "simulator": 'exec flask --app wsgi simulator --port "$SIMULATOR_PORT"',
        }
        procfile = parse_procfile((ROOT / "Procfile").read_text())
        return commands | {name: f"exec {line}" for name, line in procfile.processes.items()}

    def _ready(self, path: str, url: str) -> bool:
        fallen = [name for name, service in self.services.items() if not service.running]
        if path == "/readyz" and "web" in fallen:
            raise AssertionError(f"web ended: {self.services['web'].log()[-2000:]}")
        try:
            return requests.get(url + path, timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False

    def _print_logs(self) -> None:
        """To standard error, where pytest shows it with the failure."""
        for name, service in self.services.items():
            lines = service.log().splitlines()[-LOG_LINES:]
            print(f"--- {name}", *lines, sep="\n", file=sys.stderr)


def wait_until(
    true: Callable[[], object], seconds: float = 20.0, what: str = "the condition"
) -> None:
    """Ask again and again until `true()` holds; AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(0.05)
