"""What the tests of sending later share: a clock that stands at noon, and a thread."""

from collections.abc import Callable

import pytest

from inbox import clock
from inbox.models import Conversation
from tests.cast.clock import NOON, Clock


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Noon at the Grand Plaza, until the test moves it."""
    watch = Clock(NOON)
    monkeypatch.setattr(clock, "now", watch)
    return watch


@pytest.fixture
def thread_url(watch: Clock, guest_writes: Callable[..., Conversation]) -> str:
    """The thread of a guest who has just written."""
    return f"/h/grand-plaza/c/{guest_writes('A1').id}"
