"""Long lists of ids, in pieces: databases take only so many values in one question."""

from collections.abc import Iterator, Sequence

MOST = 500


def in_batches(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in their order, at most `MOST` at a time."""
    for start in range(0, len(ids), MOST):
        yield list(ids[start : start + MOST])
