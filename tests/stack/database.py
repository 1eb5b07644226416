"""What the processes have written, read from beside them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.stack.stack import Hotel, Stack

BUSY_SECONDS = 10


def ask(stack: Stack, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows that a query finds now."""
    with _connected(stack) as connection:
        return connection.execute(query, values).fetchall()


def number(stack: Stack, query: str, *values: object) -> int:
    """The one whole number that a query finds."""
    return int(ask(stack, query, *values)[0][0])


def change(stack: Stack, statement: str, *values: object) -> None:
    """Change rows behind the back of the processes, for what no command does."""
    with _connected(stack) as connection:
        connection.execute(statement, values)


@contextmanager
def _connected(stack: Stack) -> Iterator[sqlite3.Connection]:
    path = stack.data / "lobby.db"
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        yield connection


def conversation_of(stack: Stack, hotel: Hotel, chat_id: str) -> int:
    """The id of the conversation that the hotel's number has with this address, 0 for none."""
    rows = ask(
        stack,
        "SELECT conversation.id FROM conversation JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ? AND chat_id = ?",
        hotel.id_instance,
        chat_id,
    )
    return int(rows[0][0]) if rows else 0
