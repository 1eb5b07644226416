"""The disk takes nothing any more: whoever cannot be stored is not told that he was (SQLite)."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.history import Said
from tests.faults.load import Load, Town
from tests.faults.writers import Program
from tests.stack import Stack

OURS = ("web", "sending", "background", "receiver")
FULL_SECONDS = 4.0

pytestmark = pytest.mark.only_on("sqlite")


@contextmanager
def full(stack: Stack) -> Iterator[None]:
    """No process of ours can write to any file."""
    pids = [pid for name in OURS for pid in stack.services[name].members()]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_full_for_a_while_under_load(stack: Stack, town: Town) -> None:
    hotel = town.hotels[0]
    said = Said(hotel.slug, "447700907001@c.us", "Is there room?", "full")
    with Load(stack, town) as load:
        load.wait_arrived(5)
        town.history.ask(said)
        with full(stack):
            assert not Program(stack, hotel).post(said)
            threading.Event().wait(FULL_SECONDS)
    assert Program(stack, hotel).post(said)
    town.history.acknowledge(said)
    load.check()
