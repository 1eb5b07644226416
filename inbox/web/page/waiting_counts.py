"""How many guests wait in each hotel, counted once for each change of the hotel."""

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, current_app

from inbox.models import Hotel
from inbox.services.conversations import conversations
from inbox.services.conversations.conversations import Counts


class WaitingCounts:
    """The counts of this process. Every change takes a number (D8), so a count that was made at
    the hotel's number is right for as long as that is its number.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Counts]] = {}

    def of(self, hotels: Iterable[Hotel]) -> dict[int, Counts]:
        """The counts of each hotel, at least as new as its number; one query for all that moved."""
        numbers = {hotel.id: hotel.change_seq for hotel in hotels}
        moved = [hotel for hotel, seq in numbers.items() if self._seq(hotel) != seq]
        counted = conversations.counts(moved) if moved else {}
        self._known.update({hotel: (numbers[hotel], counts) for hotel, counts in counted.items()})
        return {hotel: counted.get(hotel) or self._known[hotel][1] for hotel in numbers}

    def _seq(self, hotel_id: int) -> int | None:
        known = self._known.get(hotel_id)
        return known[0] if known else None


def waiting_counts() -> WaitingCounts:
    """Those of the running application."""
    return cast(WaitingCounts, current_app.extensions["lobby_tallies"])


def register(blueprint: Blueprint) -> None:
    """Give each application its own."""
    blueprint.record(lambda state: state.app.extensions.update(lobby_tallies=WaitingCounts()))
