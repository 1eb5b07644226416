"""What tests of services may ask for: Green API's side of the wire, and a store for files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import responses

from inbox import clock
from inbox.files.media_store import FolderStore
from tests.cast.clock import Clock


@pytest.fixture
def provider() -> Iterator[responses.RequestsMock]:
    """What Green API answers; whatever it was not told to answer fails."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty store for files."""
    return FolderStore(tmp_path / "media")


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The product's clock, standing still at its present time."""
    watch = Clock(clock.now())
    monkeypatch.setattr(clock, "now", watch)
    return watch
