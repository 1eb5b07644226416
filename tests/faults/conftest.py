"""One running product for all faults: two web processes, short leases, a short settle time."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.stack import Hotel, Stack

SCALE = 0.01
"""A refused webhook comes again after 0.6 seconds instead of 60; ticks follow each other fast."""

ENVIRON = {
    "WEB_CONCURRENCY": "2",
    "WEB_THREADS": "40",
    "LOBBY_PROVIDER_SECONDS": "1",
    "LOBBY_LEASE_SECONDS": "2.5",
    "LOBBY_SETTLE_SECONDS": "3",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("faults"), ENVIRON) as running:
        running.simulator.set_timing(scale=SCALE, webhook_timeout_seconds=1000)
        yield running


_numbers = count(1)


@pytest.fixture
def hotel(stack: Stack) -> Hotel:
    """A hotel of the test's own."""
    return stack.add_hotel(f"hotel-{next(_numbers)}")
