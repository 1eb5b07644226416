"""A clock that a test moves."""

from datetime import datetime


class Clock:
    """Stands still until `time` is set; for `monkeypatch.setattr(clock, "now", Clock(…))`."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def __call__(self) -> datetime:
        return self.time
