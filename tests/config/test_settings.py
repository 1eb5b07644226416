"""Settings: each bad value stops the start with one line that names the variable."""

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from inbox.config import Settings
from inbox.environment import SettingsError

KEY = base64.b64encode(bytes(range(32))).decode()
GOOD_SECRET = "pW3vq0ZkT1xkq7T0xgM2bB5n8sJf4hYu9cLd6aRe"
PRODUCTION = {
    "LOBBY_ENV": "production",
    "SECRET_KEY": GOOD_SECRET,
    "LOBBY_ENCRYPTION_KEYS": f"k1:{KEY}",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def read(folder: Path, environ: Mapping[str, str]) -> Settings:
    return Settings.from_env({"LOBBY_DATA": str(folder), **environ})


def complaint(folder: Path, environ: Mapping[str, str]) -> str:
    with pytest.raises(SettingsError) as told:
        read(folder, environ)
    assert told.value.__cause__ is None
    return str(told.value)


def test_nothing_needs_to_be_set_for_development(tmp_path: Path) -> None:
    settings = read(tmp_path, {})
    assert (settings.env, settings.port, settings.simulator_port) == ("development", 8000, 7103)
    assert settings.database_url == f"sqlite:///{tmp_path}/lobby.db"
    assert settings.redis_is_private
    assert len(settings.secret_key) >= 32


def test_a_second_start_reads_what_the_first_one_wrote(tmp_path: Path) -> None:
    first, second = read(tmp_path, {}), read(tmp_path, {})
    assert first.secret_key == second.secret_key
    assert first.encryption_keys == second.encryption_keys
    for name in ("secret_key", "encryption_keys"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_programs_may_call_600_times_a_minute_unless_told(tmp_path: Path) -> None:
    assert read(tmp_path, {}).api_rate == 600
    assert read(tmp_path, {"LOBBY_API_RATE": "0"}).api_rate == 0
    assert read(tmp_path, {"LOBBY_API_RATE": "99999"}).api_rate == 99_999


def test_an_empty_variable_is_an_unset_one(tmp_path: Path) -> None:
    names = ("PORT", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LOBBY_ENV", "PUBLIC_URL")
    assert read(tmp_path, dict.fromkeys(names, " ")) == read(tmp_path, {})


BAD: list[tuple[str, str]] = [
    ("LOBBY_ENV", "prod"),
    ("LOBBY_ENV", "PRODUCTION"),
    ("LOBBY_ENV", "production\nx"),
    *(("PORT", value) for value in ("0", "-1", "65536", "80x", "8000.0", "٨", "1" * 5000, "0x50")),
    ("SIMULATOR_PORT", "none"),
    ("SIMULATOR_PORT", "99999"),
    ("DATABASE_URL", "lobby.db"),
    ("DATABASE_URL", "mysql://host/db"),
    ("DATABASE_URL", "sqlite"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite+nothing:///x.db"),
    ("DATABASE_URL", "postgresql+nothing://host/db"),
    ("DATABASE_URL", "postgresql://host:port/db"),
    ("DATABASE_URL", "postgresql://[::1/db"),
    ("DATABASE_URL", "sqlite:////no/such/folder/lobby.db"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis://host:port"),
    ("REDIS_URL", "redis://host:99999"),
    ("REDIS_URL", "redis://[::1"),
    ("REDIS_URL", "redis://host/zero"),
    ("REDIS_URL", "unix://"),
    ("PUBLIC_URL", "desk.example.com"),
    ("PUBLIC_URL", "ftp://desk.example.com"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https:///path"),
    ("PUBLIC_URL", "http://[::1"),
    ("PUBLIC_URL", "https://desk.example.com:port"),
    ("PUBLIC_URL", "https://user:password@desk.example.com"),
    ("PUBLIC_URL", "https://desk.example.com/?a=1"),
    ("PUBLIC_URL", "https://desk.example.com/a b"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "change-me-change-me-change-me-change-me"),
    ("SECRET_KEY", "please-change-this-before-production-1"),
    ("SECRET_KEY", "a" * 40),
    ("SECRET_KEY", "12345678901234567890123456789012"),
    ("SECRET_KEY", "dev-secret-key-dev-secret-key-dev-secret"),
    ("LOBBY_ENCRYPTION_KEYS", "x"),
    ("LOBBY_ENCRYPTION_KEYS", KEY),
    ("LOBBY_ENCRYPTION_KEYS", f"k1:{KEY[:-4]}"),
    ("LOBBY_ENCRYPTION_KEYS", f":{KEY}"),
    ("LOBBY_ENCRYPTION_KEYS", f"k 1:{KEY}"),
    ("LOBBY_ENCRYPTION_KEYS", f"k1:{KEY},k1:{KEY}"),
    ("LOBBY_ENCRYPTION_KEYS", "k1:" + base64.b64encode(bytes(32)).decode()),
    ("LOBBY_ENCRYPTION_KEYS", "k1:" + base64.b64encode(b"a" * 32).decode()),
    ("LOBBY_ENCRYPTION_KEYS", ","),
    ("LOBBY_SETTLE_SECONDS", "soon"),
    ("LOBBY_SETTLE_SECONDS", "0"),
    ("LOBBY_SETTLE_SECONDS", "-1"),
    ("LOBBY_SETTLE_SECONDS", "nan"),
    ("LOBBY_SETTLE_SECONDS", "inf"),
    ("LOBBY_LEASE_SECONDS", "1e9"),
    ("LOBBY_LEASE_SECONDS", "1"),
    ("LOBBY_PROVIDER_SECONDS", "x"),
    *(("LOBBY_API_RATE", value) for value in ("-1", "100000", "6e2", "600.0", "٦", "many")),
    ("LOBBY_WEBHOOK_RATE", "1000"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda part: part[:44])
def test_a_bad_value_is_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    said = complaint(tmp_path, {name: value})
    assert name in said
    assert "\n" not in said
    assert len(said) < 300


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "LOBBY_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"]
)
def test_a_complaint_does_not_repeat_a_secret(tmp_path: Path, name: str) -> None:
    secret = "hunter2"
    for value in (secret, f"http://user:{secret}@host", f"redis://user:{secret}@host:port"):
        assert secret not in complaint(tmp_path, {name: value})


def test_the_data_folder_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for value in (
        tmp_path / "file",
        tmp_path / "file" / "below",
        "/proc/nothing",
        "~nobody-here/x",
    ):
        assert "LOBBY_DATA" in complaint(tmp_path, {"LOBBY_DATA": str(value)})


@pytest.mark.parametrize("missing", ["SECRET_KEY", "LOBBY_ENCRYPTION_KEYS", "REDIS_URL"])
def test_production_refuses_to_start_without(tmp_path: Path, missing: str) -> None:
    read(tmp_path, {})  # a development start left its secrets in the same folder
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}
    assert missing in complaint(tmp_path, environ)
    assert missing in complaint(tmp_path, PRODUCTION | {missing: " "})


def test_production_starts_with_all_of_them(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION)
    assert settings.production
    assert not settings.redis_is_private
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_in_the_repr(tmp_path: Path) -> None:
    environ = PRODUCTION | {
        "DATABASE_URL": "postgresql://lobby:hunter2@db/lobby",
        "REDIS_URL": "redis://:hunter2@redis/0",
    }
    for shown in (repr(read(tmp_path, environ)), str(read(tmp_path, environ))):
        for secret in (GOOD_SECRET, KEY, "hunter2", repr(bytes(range(32)))):
            assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("REDIS_URL", "rediss://:pw@redis.example.com:6380/1"),
        ("REDIS_URL", "redis://[::1]:6379"),
        ("DATABASE_URL", "postgres://u:p%40@db/lobby"),
        ("DATABASE_URL", "postgresql+psycopg://db/lobby?sslmode=require"),
        ("DATABASE_URL", "sqlite:///relative.db"),
        ("PUBLIC_URL", "https://desk.example.com/"),
        ("PUBLIC_URL", "http://192.168.1.4:8000"),
    ],
)
def test_a_good_value_is_taken(tmp_path: Path, name: str, value: str) -> None:
    read(tmp_path, {name: value})
