"""Words of danger, in many languages at once: they need no analyser and no certainty about the
language, since a minute lost may matter.

A phrase such as "call an ambulance" counts wherever it stands; a single word such as "fire" only
when it is nearly all there is, and no question. What only sounds like it ("fireplace") is taken out
first.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inbox.sentiment.patterns import entries, pattern
from inbox.sentiment.reading import DANGER, WHY_LIMIT, Reading
from inbox.sentiment.spelling import fold, words

LISTS = Path(__file__).with_name("danger.toml")
NAME = "danger-words-1"
LONGEST = 20_000  # characters
SHORT = 40  # characters of a cry
_QUESTION = re.compile("[?؟？]")
_AROUND = frozenset(
    words(
        fold(
            "please pls plz now quick quickly hurry here there room the a in my our oh god omg hey "
            "por favor rápido aquí en la habitación vite ici s'il vous plaît svp chambre bitte "
            "schnell hier im zimmer per favore subito presto qui camera por favor já aqui quarto "
            "alsjeblieft snel kamer proszę szybko tutaj pokój lütfen çabuk hemen burada oda "
            "пожалуйста срочно быстро здесь номер في الغرفة بسرعة هنا رجاء בבקשה מהר כאן חדר "
            "कृपया जल्दी यहाँ कमरा"
        ).plain
    )
)


@dataclass(frozen=True)
class _Words:
    always: re.Pattern[str] | None
    alone: re.Pattern[str] | None
    harmless: re.Pattern[str] | None


def find(text: str) -> Reading | None:
    """A reading labelled danger that quotes the words, or None."""
    folded = fold(text[:LONGEST])
    short = len(folded.plain.strip()) <= SHORT and not _QUESTION.search(folded.original)
    for listed in languages().values():
        plain = _without(folded.plain, listed.harmless)
        match = listed.always.search(plain) if listed.always else None
        if match is None and short:
            match = _cry(plain, listed.alone)
        if match:
            why = f"“{folded.quote(*match.span())}”"[:WHY_LIMIT]
            return Reading(-1.0, DANGER, why, NAME)
    return None


def _cry(plain: str, alone: re.Pattern[str] | None) -> re.Match[str] | None:
    """A single word that is nearly all there is: "Fire!!", "help me please", "gas in room 12"."""
    match = alone.search(plain) if alone else None
    if match is None or alone is None:
        return None
    others = set(words(alone.sub(" ", plain))) - _AROUND
    strangers = {word for word in others if not word.isdigit()}
    return match if len(strangers) <= int("!" in plain) else None


def _without(plain: str, harmless: re.Pattern[str] | None) -> str:
    """The text with harmless phrases blanked out, its places unmoved."""
    return harmless.sub(lambda match: "\0" * len(match[0]), plain) if harmless else plain


@cache
def languages() -> dict[str, _Words]:
    """The words of danger of each language that is known."""
    listed = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    return {
        code: _Words(
            *(
                pattern(entries(lists.get(kind, "")), code)
                for kind in ("always", "alone", "harmless")
            )
        )
        for code, lists in listed.items()
    }
