"""Two hotels in one running product. A simulated minute passes in a few seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.databases import Databases
from tests.stack import Hotel, Stack
from tests.stack.database import wait_settled
from tests.stack.desk import Desk

SCALE = 0.1


@dataclass(frozen=True)
class House:
    """The running product, the hotel of the story with two signed-in people, and another hotel."""

    stack: Stack
    hotel: Hotel
    desk: Desk
    colleague: Desk
    other: Hotel
    stranger: Desk


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    databases.copy(databases.migrated, folder / "data")
    with Stack(folder, migrated=True) as stack:
        hotel, other = stack.add_hotels("grand-plaza", "seaview")
        wait_settled(stack, hotel, other)
        stack.simulator.set_timing(scale=SCALE)
        desks = [Desk(stack, hotel), Desk(stack, hotel), Desk(stack, other)]
        yield House(stack, hotel, desks[0], desks[1], other, desks[2])
