"""The word lists: one file a language in `words/`. To teach a language, add a file.

`common` are everyday words, to tell the language. `angry` says it all by itself; `fault` is
something that is wrong; `again` is repetition and impatience; `good` is praise and thanks;
`resolved` says that it is fine now; `harmless` hides a phrase from the others; `nots` turn the next
words around; `very` makes them stronger.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inbox.sentiment.patterns import entries, pattern
from inbox.sentiment.spelling import fold, words

FOLDER = Path(__file__).parent / "words"
KINDS = ("angry", "fault", "again", "good", "resolved", "harmless")


@dataclass(frozen=True)
class Lexicon:
    """What Lobby knows of one language. `patterns` has a pattern for each of `KINDS` it uses."""

    language: str
    script: str
    common: frozenset[str]
    patterns: Mapping[str, re.Pattern[str]]
    nots: frozenset[str]
    very: frozenset[str]


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Every language we can read, by its code."""
    return {path.stem: _load(path) for path in sorted(FOLDER.glob("*.toml"))}


def _load(path: Path) -> Lexicon:
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    found = {kind: pattern(entries(listed.get(kind, "")), path.stem) for kind in KINDS}
    return Lexicon(
        language=path.stem,
        script=listed["script"],
        common=_words(listed.get("common", "")),
        patterns={kind: compiled for kind, compiled in found.items() if compiled},
        nots=_words(listed.get("nots", "")),
        very=_words(listed.get("very", "")),
    )


def _words(listed: str) -> frozenset[str]:
    return frozenset(words(fold(listed).plain))
