"""One running product for all faults: two web processes, short leases, a short settle time."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.databases import Databases
from tests.faults.load import Town
from tests.faults.wires import lead_to
from tests.stack import Hotel, Stack
from tests.stack.proxy import Proxy

SCALE = 0.01
"""A refused webhook comes again after 0.6 seconds instead of 60; ticks follow each other fast."""

ENVIRON = {
    "WEB_CONCURRENCY": "2",
    "WEB_THREADS": "40",
    "LOBBY_PROVIDER_SECONDS": "1",
    "LOBBY_LEASE_SECONDS": "2.5",
    "LOBBY_SETTLE_SECONDS": "3",
}
AT_ONCE = 24


@pytest.fixture(scope="session")
def redis_proxy() -> Iterator[Proxy]:
    """The way of every process to Redis."""
    with Proxy() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, redis_proxy: Proxy
) -> Iterator[Stack]:
    """The product on the database that the tests were asked to run on."""
    folder = tmp_path_factory.mktemp("faults")
    place = databases.copy(databases.migrated, folder / "data")
    environ = {
        **ENVIRON,
        "DATABASE_URL": place.database_url,
        "REDIS_URL": f"redis://127.0.0.1:{redis_proxy.port}",
    }
    prepared = Stack(folder, environ, migrated=True)
    redis_proxy.target = prepared.settings.valkey_socket
    with prepared as running:
        running.simulator.set_timing(scale=SCALE, webhook_timeout_seconds=1000)
        yield running


@pytest.fixture(scope="session")
def fresh_hotels(stack: Stack) -> Iterator[Hotel]:
    """Hotels that nobody has used, without end."""
    return _hotels(stack)


def _hotels(stack: Stack) -> Iterator[Hotel]:
    for number in count(1, AT_ONCE):
        yield from stack.add_hotels(*(f"hotel-{number + one}" for one in range(AT_ONCE)))


@pytest.fixture
def hotel(fresh_hotels: Iterator[Hotel]) -> Hotel:
    """A hotel of the test's own."""
    return next(fresh_hotels)


@pytest.fixture(scope="module")
def module_town(fresh_hotels: Iterator[Hotel]) -> Town:
    """A few hotels: what happens to the first must not touch the others."""
    return Town([next(fresh_hotels) for _ in range(3)])


@pytest.fixture
def town(stack: Stack, module_town: Town) -> Iterator[Town]:
    """The town of the test's file; its weather is fine again afterwards."""
    yield module_town
    for hotel in module_town.hotels:
        stack.simulator.clear_faults(hotel.id_instance)


@pytest.fixture
def provider_proxy(stack: Stack, town: Town) -> Iterator[Proxy]:
    """The way of the town's first hotel to Green API; the others go straight there."""
    with Proxy() as proxy:
        proxy.target = ("127.0.0.1", stack.simulator_port)
        lead_to(stack, town.hotels[0], proxy.url)
        yield proxy
        lead_to(stack, town.hotels[0], stack.simulator.url)
