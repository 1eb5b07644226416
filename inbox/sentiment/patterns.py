"""From the entries of a word list to one pattern.

An entry is a word or a phrase. `*` is the rest of a word (dirt* is dirty, dirtier); ` … ` stands
for up to three words; an apostrophe may be missing.
"""

import re
from collections.abc import Iterable

from inbox.sentiment.spelling import LETTER, fold

_BETWEEN = f"[^{LETTER}]{{1,3}}"
_GAP = f"{_BETWEEN}(?:[{LETTER}]+{_BETWEEN}){{0,3}}?"
_REST = f"[{LETTER}]*"
_ATTACHED = {
    "ar": "(?:[وفبكل]|ال|وال|بال|لل|فال)?",  # and, the, with, for: written with the word
    "he": "[והבלמשכ]{0,2}",
}
_UNSPACED = {"zh", "ja", "ko", "th"}  # words are not parted, or carry their endings


def entries(text: str) -> list[str]:
    """The entries of a comma-separated list that may run over lines."""
    return [" ".join(entry.split()) for entry in text.split(",") if entry.strip()]


def pattern(listed: Iterable[str], language: str) -> re.Pattern[str] | None:
    """Finds any of these entries in a text in the one spelling; None for an empty list."""
    parts = sorted({_source(entry) for entry in listed}, key=len, reverse=True)
    if not parts:
        return None
    either = "|".join(parts)
    if language in _UNSPACED:
        return re.compile(either)
    attached = _ATTACHED.get(language, "")
    return re.compile(f"(?<![{LETTER}]){attached}(?:{either})(?![{LETTER}])")


def _source(entry: str) -> str:
    source = ""
    for part in re.split(r"( … | |'|\*)", entry):
        wild = {" … ": _GAP, " ": _BETWEEN, "'": "'?", "*": _REST}.get(part)
        source += re.escape(fold(part).plain) if wild is None else wild
    return source
