"""What the processes have written, read from beside them. SQLite or PostgreSQL: nobody can tell."""

from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, TextClause, create_engine, text

from inbox.extensions import WRITES
from tests.stack.stack import Hotel, Stack, wait_until

SETTLE_SECONDS = 60.0


def ask(stack: Stack, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows that a query finds now. Each `?` of it stands for one of the values."""
    with connected(stack) as connection:
        return [tuple(row) for row in connection.execute(*_bound(query, values))]


def number(stack: Stack, query: str, *values: object) -> int:
    """The one whole number that a query finds."""
    return int(ask(stack, query, *values)[0][0])


def change(stack: Stack, statement: str, *values: object) -> None:
    """Change rows behind the back of the processes, for what no command does."""
    with connected(stack, writes=True) as connection, connection.begin():
        connection.execute(*_bound(statement, values))


def connected(stack: Stack, *, writes: bool = False) -> Connection:
    """A connection of one's own, to be closed by `with`."""
    return _engine(stack.settings.database_url).connect().execution_options(**{WRITES: writes})


@cache
def _engine(url: str) -> Engine:
    """A server's connections are kept: to make one takes longer than to ask. Those to a file are
    not, so that nobody holds it."""
    if url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    return create_engine(url, pool_pre_ping=True)


def _bound(query: str, values: tuple[object, ...]) -> tuple[TextClause, dict[str, object]]:
    first, *pieces = query.split("?")
    assert len(pieces) == len(values), query
    named = [f":value{place}{piece}" for place, piece in enumerate(pieces)]
    return text(first + "".join(named)), {
        f"value{place}": value for place, value in enumerate(values)
    }


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


def wait_settled(stack: Stack, *hotels: Hotel) -> None:
    """Until the hotels' new numbers were compared with Green API's journals for the first time:
    whatever happens to their lines from then on, somebody has done.
    """
    query = (
        "SELECT count(*) FROM instance WHERE id_instance = ?"
        " AND reconciled_at IS NOT NULL AND gap_since IS NULL"
    )
    for hotel in hotels:
        compared = partial(number, stack, query, hotel.id_instance)
        wait_until(compared, SETTLE_SECONDS, f"the line of {hotel.slug} to settle")
