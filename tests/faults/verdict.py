"""The history held against the phones and the rows of the running product."""

from collections.abc import Sequence

from tests.faults import checkers
from tests.faults.checkers import FINAL, Row
from tests.faults.history import Chat, History
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, number

PATIENCE = 60.0


def check(
    stack: Stack, hotels: Sequence[Hotel], history: History, seconds: float = PATIENCE
) -> list[Row]:
    """Wait until every row has its end, then complain about all that is wrong. Returns the rows.

    Every acknowledged message is at its guest once and in order, or its row says why not; nobody
    has anything else; the threads show the same.
    """
    wait_until(lambda: not unsettled(stack, hotels), seconds, "every reply to have its end")
    asked, acknowledged = history.asked, history.acknowledged
    arrived, found = phones(stack, hotels), rows(stack, hotels)
    shown = checkers.shown(found)
    wrong = {
        "the phones": [
            *checkers.lost(acknowledged, arrived, found),
            *checkers.doubled(asked, arrived),
            *checkers.foreign(asked, arrived),
            *checkers.reordered(acknowledged, arrived),
        ],
        "the threads": [
            *checkers.lost(acknowledged, shown),
            *checkers.doubled(asked, shown),
            *checkers.foreign(asked, shown),
            *checkers.reordered(acknowledged, shown),
        ],
        "the ticks": checkers.disagreeing(found, arrived),
    }
    assert not any(wrong.values()), wrong
    return found


def check_all_arrived(
    stack: Stack, hotels: Sequence[Hotel], history: History, seconds: float = PATIENCE
) -> None:
    """The same where nothing excuses a message that was given up."""
    found = check(stack, hotels, history, seconds)
    assert [row for row in found if row.status in checkers.GIVEN_UP] == []


def unsettled(stack: Stack, hotels: Sequence[Hotel]) -> int:
    """How many of the hotels' messages may still change their place: not there, not given up."""
    return sum(_count(stack, hotel, FINAL) for hotel in hotels)


def unaccepted(stack: Stack, hotel: Hotel) -> int:
    """How many of the hotel's messages have not got their idMessage yet and may still get it."""
    return _count(stack, hotel, ("accepted", "sent", *FINAL))


def phones(stack: Stack, hotels: Sequence[Hotel]) -> dict[Chat, list[str]]:
    """What every guest received, in order."""
    found: dict[Chat, list[str]] = {}
    for hotel in hotels:
        for row in stack.simulator.received(hotel.id_instance):
            found.setdefault((hotel.slug, row["chatId"]), []).append(row["text"])
    return found


def rows(stack: Stack, hotels: Sequence[Hotel]) -> list[Row]:
    """The hotels' own messages as their threads show them."""
    return [
        Row((hotel.slug, chat_id), body, status, reason)
        for hotel in hotels
        for chat_id, body, status, reason in ask(
            stack,
            "SELECT chat_id, body, message.status, failure_code FROM message"
            " JOIN conversation ON conversation.id = conversation_id"
            " JOIN instance ON instance.id = message.instance_id"
            " WHERE id_instance = ? AND direction = 'out' ORDER BY sorted_at, message.id",
            hotel.id_instance,
        )
    ]


def check_numbers(stack: Stack) -> None:
    """Every hotel's changes are numbered without a gap, up to its head (D8)."""
    for head, count, last in ask(
        stack,
        "SELECT change_seq, (SELECT count(*) FROM change WHERE hotel_id = hotel.id),"
        " (SELECT coalesce(max(seq), 0) FROM change WHERE hotel_id = hotel.id) FROM hotel",
    ):
        assert head == count == last


def check_deadlocks(stack: Stack) -> None:
    """No two transactions waited for each other: locks are taken in one order. SQLite has one
    writer.
    """
    if stack.settings.database_url.startswith("postgresql"):
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert number(stack, query) == 0, "deadlocks"


def _count(stack: Stack, hotel: Hotel, apart_from: Sequence[str]) -> int:
    counts = ask(
        stack,
        "SELECT status, count(*) FROM message JOIN instance ON instance.id = instance_id"
        " WHERE id_instance = ? AND direction = 'out' GROUP BY status",
        hotel.id_instance,
    )
    return sum(count for status, count in counts if status not in apart_from)
