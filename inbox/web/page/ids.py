"""Ids as forms and addresses bring them. One that is too long for a row is none."""

from inbox.errors import Invalid

MOST_DIGITS = 18  # what a database holds, and far below what Python refuses to read


def read(text: str) -> int | None:
    """The id that somebody's browser sent; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def required(text: str, name: str, words: str) -> int:
    """The id that must be there. Raises `Invalid` under this name, in these words."""
    found = read(text)
    if found is None:
        raise Invalid({name: words})
    return found
