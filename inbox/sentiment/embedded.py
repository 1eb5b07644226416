"""The analyser that needs nobody: word lists for complaints, in the languages of `words/`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inbox.sentiment.languages import recognise
from inbox.sentiment.lexicon import KINDS, Lexicon, lexicons
from inbox.sentiment.reading import CALM, HAPPY, UNKNOWN, UPSET, WHY_LIMIT, Reading
from inbox.sentiment.spelling import Folded, fold, words

NAME = "lobby-words-1"
LONGEST = 4000  # characters that are read; nobody's sentiment hides behind more
UPSET_FROM = 1.5
WEIGHTS = {"angry": 2.0, "fault": 0.8, "again": 0.8}
STRONGER = 1.25
RELIEF = 1.5  # what "it works now" takes away
SHOUTED, EXCLAIMED = 0.5, 0.3
FULL_SCALE = 4.0
NEAR = 2  # words before a hit in which a "not" or a "very" counts
_FACES = {
    "angry": "😡🤬🖕",
    "fault": "😠😤👎🙄😒😞😣😩🤢🤮💩😾",
    "good": "😊😀😃😄😁🙂☺😍🥰😘👍🙏❤♥💕🎉👏💯🤗✨🌹💐🙌👌",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something we listen for, at a place of the plain text. `weight` is never negative."""

    kind: str
    start: int
    end: int
    weight: float = 1.0


class Embedded:
    """Reads with word lists. Stateless; threads may share it. Never raises."""

    name = NAME

    def read(self, text: str) -> Reading:
        """The sentiment, or unknown when the language is none of ours. A face needs no language."""
        folded = fold(text[:LONGEST])
        hits = list(_faces(folded))
        language = recognise(folded)
        if language:
            hits += _hits(folded, lexicons()[language])
        elif not hits and words(folded.plain) and not folded.plain.strip().isdigit():
            return Reading(0.0, UNKNOWN, "A language that Lobby does not read.", NAME)
        return _judged(folded, hits)


def _judged(folded: Folded, hits: list[Hit]) -> Reading:
    against = _against(folded, hits)
    bad = [hit for hit in hits if hit.kind in WEIGHTS]
    good = sum(hit.weight for hit in hits if hit.kind in ("good", "resolved"))
    if against >= UPSET_FROM:
        return Reading(-min(1.0, against / FULL_SCALE), UPSET, _why(folded, bad), NAME)
    if good and not bad:
        why = _why(folded, [hit for hit in hits if hit.kind in ("good", "resolved")])
        return Reading(min(1.0, good / 3), HAPPY, why, NAME)
    return Reading(-against / FULL_SCALE if bad else 0.0, CALM, _why(folded, bad), NAME)


def _against(folded: Folded, hits: list[Hit]) -> float:
    """How much speaks for an upset guest. Praise takes nothing away: it may be sarcasm."""
    total = sum(WEIGHTS.get(hit.kind, 0.0) * hit.weight for hit in hits)
    if not total:
        return 0.0
    if any(hit.kind == "resolved" for hit in hits):
        total -= RELIEF
    if _shouts(folded.original):
        total += SHOUTED
    if "!!" in folded.original or "?!" in folded.original:
        total += EXCLAIMED
    return max(0.0, total)


def _hits(folded: Folded, lexicon: Lexicon) -> Iterator[Hit]:
    """What we listen for, the longest first where two overlap, turned around by a "not"."""
    found = [
        Hit(kind, *match.span())
        for kind in KINDS
        if kind in lexicon.patterns
        for match in lexicon.patterns[kind].finditer(folded.plain)
    ]
    taken: list[Hit] = []
    for hit in sorted(found, key=lambda hit: hit.start - hit.end):
        if not any(_hides(other, hit) for other in taken):
            taken.append(hit)
    for hit in taken:
        yield from _in_context(folded, lexicon, hit)


def _hides(longer: Hit, hit: Hit) -> bool:
    """Whether a longer hit speaks for a shorter one. In "does still not work" both count."""
    if hit.end <= longer.start or hit.start >= longer.end:
        return False
    return not (hit.kind == "again" and longer.kind in ("angry", "fault"))


def _in_context(folded: Folded, lexicon: Lexicon, hit: Hit) -> Iterator[Hit]:
    clause = re.split(r"[.,;:!?\n]", folded.plain[: hit.start])[-1]
    before = words(clause)[-NEAR:]
    weight = STRONGER if lexicon.very & set(before) else 1.0
    has_its_own = lexicon.nots & set(words(folded.plain[hit.start : hit.end]))
    if has_its_own or not lexicon.nots & set(before):
        yield Hit(hit.kind, hit.start, hit.end, weight)
    elif hit.kind == "good":
        yield Hit("fault", hit.start, hit.end, weight)
    elif hit.kind == "again":
        yield hit


def _faces(folded: Folded) -> Iterator[Hit]:
    """One hit for each kind of face, however often it is repeated."""
    for kind, faces in _FACES.items():
        place = next((at for at, sign in enumerate(folded.plain) if sign in faces), None)
        if place is not None:
            yield Hit(kind, place, place + 1)


def _shouts(text: str) -> bool:
    large = sum(1 for character in text if character.isupper())
    small = sum(1 for character in text if character.islower())
    return large >= 8 and large > 2 * small


def _why(folded: Folded, hits: list[Hit]) -> str:
    """The guest's own words that decided it, in their order."""
    quotes: list[str] = []
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > end:  # not a part of what was quoted before
            quotes.append(f"“{folded.quote(hit.start, hit.end)}”")
            end = hit.end
    return ", ".join(dict.fromkeys(quotes))[:WHY_LIMIT]
