"""A day's ledger as bars, one for each hour of the hotel's clock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from inbox.models import Hotel, LedgerHour
from inbox.web.words.formatting import local

COLUMNS = ("received", "messages", "recovered", "quarantined", "ignored")
HEIGHT = 100  # of the highest bar, in the chart's own units


@dataclass(frozen=True)
class Hour:
    """One hour of the hotel's wall clock: counts by column, and the heights of its two parts.

    An hour that the clock has twice, in autumn, is one row here with both.
    """

    hour: int
    counts: dict[str, int]
    received_height: float
    recovered_height: float

    @property
    def came(self) -> int:
        """All notifications of this hour, whichever way they came."""
        return self.counts["received"] + self.counts["recovered"]


def chart(rows: Iterable[LedgerHour], hotel: Hotel) -> list[Hour]:
    """All 24 hours, the empty ones too."""
    sums: dict[int, Counter[str]] = {hour: Counter() for hour in range(24)}
    for row in rows:
        sums[local(row.hour, hotel).hour].update(
            {column: getattr(row, column) for column in COLUMNS}
        )
    most = max((one["received"] + one["recovered"] for one in sums.values()), default=0) or 1
    return [
        Hour(
            hour=hour,
            counts={column: one[column] for column in COLUMNS},
            received_height=round(HEIGHT * one["received"] / most, 2),
            recovered_height=round(HEIGHT * one["recovered"] / most, 2),
        )
        for hour, one in sums.items()
    ]
