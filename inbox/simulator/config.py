"""What a simulator is started with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inbox.simulator.settings import check_settings
from inbox.simulator.timing import Timing


class ConfigError(ValueError):
    """The instances file or a control request cannot be used; the message says why in words."""


@dataclass(frozen=True)
class InstanceConfig:
    """One WhatsApp number: its Green API credentials and what the demo should know about it."""

    id_instance: int
    token: str = field(repr=False)
    name: str = ""
    hotel: str = ""
    wid: str = "34910000001@c.us"
    language: str = "en"
    plan: str = "business"
    state: str = "authorized"
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)


DEFAULT_INSTANCES = (
    InstanceConfig(
        id_instance=7103000001,
        token="a1f0c3d5e7192b4d6f8091a2b3c4d5e6f708192a3b4c5d6e7f",
        name="Grand Plaza",
        hotel="grand-plaza",
        wid="34910000001@c.us",
        language="es",
    ),
    InstanceConfig(
        id_instance=7103000002,
        token="b2e1d4c6f80a3b5c7d9e0f1a2b3c4d5e6f70819203a4b5c6d7",
        name="Seaview Residence",
        hotel="seaview",
        wid="351210000002@c.us",
        language="pt",
    ),
)
"""Two numbers for a start without a file; the tokens open nothing but this simulator."""


@dataclass(frozen=True)
class SimulatorConfig:
    """`base_url` is where clients reach the simulator; file links in webhooks begin with it.

    `fetch_urls` False takes any urlFile of sendFileByUrl on trust, for machines without network.
    `host` is the address to listen on; the control API answers loopback clients alone.
    """

    instances: tuple[InstanceConfig, ...] = DEFAULT_INSTANCES
    timing: Timing = field(default_factory=Timing)
    demo: bool = False
    base_url: str = "http://127.0.0.1:7103"
    fetch_urls: bool = True
    host: str = "127.0.0.1"


def read_instances(path: str) -> tuple[InstanceConfig, ...]:
    """The instances of a JSON file; ConfigError with one clear line when it cannot be used."""
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{path} is not JSON in UTF-8") from None
    if not isinstance(rows, list) or not rows:
        raise ConfigError(f"{path} must hold a JSON list of instances")
    found = tuple(parse_instance(row) for row in rows)
    if len({one.id_instance for one in found}) < len(found):
        raise ConfigError(f"{path} names the same id_instance twice")
    return found


def parse_instance(row: object) -> InstanceConfig:
    """One instance from JSON; ConfigError says which key is wrong, never its value."""
    if not isinstance(row, dict):
        raise ConfigError("an instance must be a JSON object")
    unknown = set(row) - set(InstanceConfig.__dataclass_fields__)
    if unknown:
        raise ConfigError(f"an instance has no key {', '.join(sorted(unknown))}")
    id_instance = row.get("id_instance")
    if isinstance(id_instance, bool) or not isinstance(id_instance, int) or id_instance <= 0:
        raise ConfigError("id_instance must be a positive whole number")
    if not isinstance(row.get("token"), str) or not row["token"].isalnum():
        raise ConfigError("token must be a text of letters and digits")
    return InstanceConfig(**_texts(row), settings=_settings(row))


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "settings"}
    for name, value in values.items():
        if name != "id_instance" and not isinstance(value, str):
            raise ConfigError(f"{name} must be a text")
    return values


def _settings(row: dict[str, Any]) -> dict[str, object]:
    settings = row.get("settings", {})
    if not isinstance(settings, dict):
        raise ConfigError("settings must be a JSON object")
    if settings and (complaint := check_settings(settings)):
        raise ConfigError(f"settings: {complaint}")
    return settings
