"""What tests of pages may ask for: the clock of what is kept only a moment."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """It stands until the test moves it, however slow the machine."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(
        "inbox.web.page.fragment_cache.time", SimpleNamespace(monotonic=lambda: clock.now)
    )
    return clock
