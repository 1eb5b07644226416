"""The database server crashes and comes back (PostgreSQL)."""

import threading

import pytest

from tests.databases import Databases
from tests.faults.load import Load, Town
from tests.stack import Stack

AWAY_SECONDS = 3.0

pytestmark = pytest.mark.only_on("postgresql")


def test_crashed_and_started_again_under_load(
    stack: Stack, databases: Databases, town: Town
) -> None:
    with Load(stack, town) as load:
        for _ in range(2):
            load.wait_more(5)
            with databases.away():
                threading.Event().wait(AWAY_SECONDS)
    load.check()
