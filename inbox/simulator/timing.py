"""How long things take in the simulated WhatsApp, and one knob that shrinks all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Timing:
    """Durations in seconds, each multiplied by `scale`; Green API's own where they are documented.

    `webhook_retry_seconds` (60), `webhook_timeout_seconds` (180) and `keep_seconds` (24 h) are
    documented, and so is the quarter of an hour in which a text can be edited; WhatsApp lets a
    message be deleted for everyone for two and a half days. `restart_seconds` stands for the "up
    to 5 minutes" that setSettings and reboot need. `rate_limits` switches the 429 table for all
    instances.
    """

    scale: float = 1.0
    delivered_seconds: float = 1.0
    read_from_seconds: float = 2.0
    read_to_seconds: float = 4.0
    webhook_retry_seconds: float = 60.0
    webhook_timeout_seconds: float = 180.0
    keep_seconds: float = 86_400.0
    edit_within_seconds: float = 900.0
    delete_within_seconds: float = 216_000.0
    restart_seconds: float = 2.0
    rate_limits: bool = True

    def scaled(self, seconds: float) -> float:
        """`seconds` of WhatsApp's time in seconds of ours."""
        return seconds * self.scale

    def with_changes(self, changes: Mapping[str, object]) -> "Timing":
        """A copy with some fields changed; ValueError in words for an unknown or bad one."""
        known = {field.name for field in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"{name} is not a timing; known are: {', '.join(sorted(known))}")
            if name == "rate_limits":
                if not isinstance(value, bool):
                    raise ValueError("rate_limits must be true or false")
            elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} must be a number of at least 0")
        return replace(self, **changes)  # type: ignore[arg-type]
