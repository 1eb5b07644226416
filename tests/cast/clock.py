"""A clock that a test moves."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)  # at the Grand Plaza, in Madrid


class Clock:
    """Stands still until `time` is set; for `monkeypatch.setattr(clock, "now", Clock(…))`."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def __call__(self) -> datetime:
        return self.time
