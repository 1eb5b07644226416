"""Two hotels in one running product. A simulated minute passes in a few seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.stack import Hotel, Stack
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
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Stack(tmp_path_factory.mktemp("house")) as stack:
        hotel, other = stack.add_hotel("grand-plaza"), stack.add_hotel("seaview")
        stack.simulator.set_timing(scale=SCALE)
        desks = [Desk(stack, hotel), Desk(stack, hotel), Desk(stack, other)]
        yield House(stack, hotel, desks[0], desks[1], other, desks[2])
