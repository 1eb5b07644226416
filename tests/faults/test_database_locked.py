"""Somebody holds the database (a backup, a careless console) while everybody writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from inbox.extensions import BUSY_SECONDS
from tests.faults.load import Load, Town
from tests.stack import Stack
from tests.stack.database import connected
from tests.stack.proxy import Proxy


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    """Nobody writes a message meanwhile. On SQLite nobody writes anything."""
    with connected(stack, writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE message IN ACCESS EXCLUSIVE MODE"))
        yield


@pytest.mark.parametrize("seconds", [3, BUSY_SECONDS + 2], ids=["for a moment", "for too long"])
def test_locked_between_the_answer_and_its_record(
    stack: Stack, town: Town, provider_proxy: Proxy, seconds: float
) -> None:
    """Green API has accepted, and we cannot write it down."""
    provider_proxy.hold("answers", b"/sendMessage/")
    with Load(stack, town) as load:
        provider_proxy.wait_held()
        with locked(stack):
            provider_proxy.release()
            threading.Event().wait(seconds)
    load.check()
