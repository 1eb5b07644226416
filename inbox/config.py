"""One frozen `Settings`, read once from the environment. A bad value stops start-up, in words."""

import base64
import binascii
import hashlib
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from inbox.environment import Reader, SettingsError, short

ROOT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
DISTINCT_CHARACTERS = 11  # more than digits alone have, fewer than 32 random hex digits do
PLACEHOLDERS = ("change", "secret", "default", "example", "password", "insecure")
DATABASES = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
SOCKET_PATH_LIMIT = 100  # sun_path holds 108 bytes on Linux and 104 on macOS


@dataclass(frozen=True)
class ModelPlace:
    """A language model elsewhere that reads guests' sentiment, so often an hour for each hotel."""

    url: str
    key: str = field(repr=False)
    name: str
    hourly: int


@dataclass(frozen=True)
class SendTimings:
    """How long a claim is good for, and how long the journal is given before it is believed."""

    lease: timedelta
    settle: timedelta


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Secrets are kept out of `repr`."""

    env: str
    port: int
    simulator_port: int
    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    redis_is_private: bool
    secret_key: str = field(repr=False)
    encryption_keys: tuple[tuple[str, bytes], ...] = field(repr=False)
    public_url: str
    send_timings: SendTimings
    provider_seconds: float
    media_hosts: tuple[str, ...]
    proxies: int
    webhook_rate: int
    api_rate: int
    sentiment_model: "ModelPlace | None"

    @property
    def production(self) -> bool:
        """True when real guests depend on this process."""
        return self.env == "production"

    @property
    def valkey_socket(self) -> Path:
        """Where the private Valkey listens when `REDIS_URL` is unset."""
        return _valkey_socket(self.data_dir)

    @property
    def media_dir(self) -> Path:
        """The folder of fetched media, outside every web root."""
        return self.data_dir / "media"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting. Raises `SettingsError`.

        In development, missing secrets are made once and kept in the data folder, so that a second
        start reads what the first one wrote. Production never invents a secret.
        """
        reader = Reader(environ)
        env = reader.choice("LOBBY_ENV", ("development", "production"), "development")
        production = env == "production"
        data_dir = _data_dir(reader.text("LOBBY_DATA", str(ROOT / "instance")))
        port = reader.port("PORT", 8000)
        timings, provider_seconds = _send_timings(reader)
        redis_url = _redis_url(reader, production)
        return cls(
            env=env,
            port=port,
            simulator_port=reader.port("SIMULATOR_PORT", 7103),
            data_dir=data_dir,
            database_url=_database_url(reader.text("DATABASE_URL", ""), data_dir),
            redis_url=redis_url or f"unix://{_valkey_socket(data_dir)}",
            redis_is_private=not redis_url,
            secret_key=_secret_key(reader, data_dir, production),
            encryption_keys=_encryption_keys(reader, data_dir, production),
            public_url=reader.url(
                "PUBLIC_URL", "" if production else f"http://127.0.0.1:{port}", ("http", "https")
            ).rstrip("/"),
            send_timings=timings,
            provider_seconds=provider_seconds,
            proxies=reader.count("LOBBY_PROXIES", 0, 9),
            webhook_rate=reader.count("LOBBY_WEBHOOK_RATE", 500, 999),
            api_rate=reader.count("LOBBY_API_RATE", 600, 99_999),
            sentiment_model=_sentiment_model(reader),
            media_hosts=_media_hosts(reader.text("LOBBY_MEDIA_HOSTS", "")),
        )


def _redis_url(reader: Reader, production: bool) -> str:
    """'' for the private one."""
    required_for = "production" if production else ""
    return reader.url("REDIS_URL", "", ("redis", "rediss", "unix"), required_for=required_for)


def _send_timings(reader: Reader) -> tuple[SendTimings, float]:
    """How long a claim lasts and the journal is given, and how long Green API has for an answer.

    A call may take the second once to connect and once to answer. It must be over before its claim
    is, or the message is judged while it may still be on its way.
    """
    lease = reader.seconds("LOBBY_LEASE_SECONDS", 60.0)
    provider = reader.seconds("LOBBY_PROVIDER_SECONDS", 20.0)
    if lease <= 2 * provider:
        raise SettingsError(
            f"LOBBY_LEASE_SECONDS ({lease:g}) must be more than twice LOBBY_PROVIDER_SECONDS "
            f"({provider:g}): a message could be sent twice otherwise."
        )
    settle = reader.seconds("LOBBY_SETTLE_SECONDS", 150.0)
    return SendTimings(timedelta(seconds=lease), timedelta(seconds=settle)), provider


def _sentiment_model(reader: Reader) -> ModelPlace | None:
    """All three or none. Guests' texts go there: only a host of one's own may have plain http."""
    url = reader.url("LOBBY_MOOD_URL", "", ("https", "http")).rstrip("/")
    key, name = reader.text("LOBBY_MOOD_KEY", ""), reader.text("LOBBY_MOOD_MODEL", "")
    hourly = reader.count("LOBBY_MOOD_HOURLY", 200, 999)
    if not (url or key or name):
        return None
    if not (url and key and name):
        raise SettingsError(
            "LOBBY_MOOD_URL, LOBBY_MOOD_KEY and LOBBY_MOOD_MODEL must be set together, or none."
        )
    if not (key.isascii() and key.isprintable() and " " not in key) or not name.isprintable():
        raise SettingsError("LOBBY_MOOD_KEY and LOBBY_MOOD_MODEL must be one plain line each.")
    if url.startswith("http://") and not _is_near(urlsplit(url).hostname or ""):
        raise SettingsError("LOBBY_MOOD_URL must start with https:// unless the host is your own.")
    return ModelPlace(url, key, name, hourly)


def _is_near(host: str) -> bool:
    """This machine or one of the same network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan"))


def _media_hosts(value: str) -> tuple[str, ...]:
    return tuple(host.strip().lower() for host in value.split(",") if host.strip())


def _data_dir(value: str) -> Path:
    """The folder of everything that lasts, made if need be, for nobody else to read."""
    try:
        path = Path(value).expanduser().resolve()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "no such account"
        raise SettingsError(
            f"LOBBY_DATA: the folder {short(value)} cannot be used ({reason})."
        ) from None


def _valkey_socket(data_dir: Path) -> Path:
    path = data_dir / "valkey.sock"
    if len(str(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"lobby-{os.getuid()}-{name}" / "valkey.sock"


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'lobby.db'}"
    scheme, _, rest = value.partition("://")
    if not rest or scheme not in DATABASES:
        raise SettingsError("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if DATABASES[scheme] == "sqlite":
        folder = Path(rest.partition("?")[0][1:]).parent
        if folder.is_absolute() and not folder.is_dir():
            raise SettingsError(f"DATABASE_URL: there is no folder {short(str(folder))}.")
    elif not _is_server(value):
        raise SettingsError("DATABASE_URL must be like postgresql://user:password@host:5432/name.")
    return f"{DATABASES[scheme]}://{rest}"


def _is_server(value: str) -> bool:
    """Whether host and port can be read. No host at all is the local socket."""
    try:
        return urlsplit(value).port != 0
    except ValueError:
        return False


def _secret_key(reader: Reader, data_dir: Path, production: bool) -> str:
    value = reader.text("SECRET_KEY", "")
    if not value and not production:
        return _kept_secret(data_dir / "secret_key", lambda: secrets.token_urlsafe(48))
    placeholder = any(word in value.lower() for word in PLACEHOLDERS)
    if len(value) < 32 or len(set(value)) < DISTINCT_CHARACTERS or placeholder:
        raise SettingsError(
            "SECRET_KEY must be a random text of at least 32 characters; make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return value


def _encryption_keys(
    reader: Reader, data_dir: Path, production: bool
) -> tuple[tuple[str, bytes], ...]:
    value = reader.text("LOBBY_ENCRYPTION_KEYS", "")
    if not value and not production:
        value = _kept_secret(data_dir / "encryption_keys", _new_key_ring)
    keys = tuple(_one_key(item.strip()) for item in value.split(",") if item.strip())
    if not keys:
        raise SettingsError(
            "LOBBY_ENCRYPTION_KEYS must hold at least one key as name:base64 of 32 random bytes; "
            'make one with: python3 -c "import base64,os; '
            "print('k1:'+base64.b64encode(os.urandom(32)).decode())\""
        )
    if len({name for name, _ in keys}) != len(keys):
        raise SettingsError("LOBBY_ENCRYPTION_KEYS: every key needs a name of its own.")
    return keys


def _one_key(item: str) -> tuple[str, bytes]:
    name, _, encoded = item.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    is_random = len(key) == KEY_BYTES and len(set(key)) > KEY_BYTES // 4
    if not (name.isascii() and name.isalnum()) or not is_random:
        raise SettingsError(
            "LOBBY_ENCRYPTION_KEYS: each key is name:base64 of exactly 32 random bytes, and "
            "commas separate them."
        )
    return name, key


def _new_key_ring() -> str:
    return "k1:" + base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The text in `path`, written first if need be.

    Several processes may start at once: the link is made only if none is there, so all read the
    one that won.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
