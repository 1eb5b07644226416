"""Which language a short text is in: by its script, then by everyday words.

Languages that we cannot read but that look like one we can (Swedish beside German) are known by
their everyday words too, so that they are called unknown rather than misread.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from inbox.sentiment.lexicon import Lexicon, lexicons
from inbox.sentiment.spelling import Folded, fold, words

NEIGHBOURS = Path(__file__).parent / "neighbours.toml"
LEAST_SHARE = 0.25  # of the words must be known before we believe that we know the language
FEW_WORDS = 3

_SCRIPTS = (
    ("latin", "a", "\u024f"),
    ("cyrillic", "\u0400", "\u052f"),
    ("hebrew", "\u0590", "\u05ff"),
    ("arabic", "\u0600", "\u06ff"),
    ("devanagari", "\u0900", "\u097f"),
    ("kana", "\u3040", "\u30ff"),
    ("han", "\u4e00", "\u9fff"),
    ("hangul", "\uac00", "\ud7a3"),
)
_ALONE = {"hebrew": "he", "hangul": "ko"}
# Letters of languages that share a script with one we know.
_FOREIGN = {
    "latin": frozenset("åøæþðășțőűěřůčďťňľĺŕąęėįųūāēīģķļņơưđ"),
    "cyrillic": frozenset("іїєґўјљњћђџѓќ"),
    "arabic": frozenset("پچژگیکٹڈڑںےھۀ"),
    "devanagari": frozenset("ळ"),
}
_OUR_OWN = {"pl": frozenset("ąęćłńóśźż")}
# Signs that hardly any other language of the same script has: a word with one counts as known.
_TELLING = {
    "ar": re.compile(r"ة|(?<!\w)ال\w\w"),
    "de": re.compile("ß"),
    "es": re.compile("[ñ¿¡]"),
    "pl": re.compile("[ąęłżśźń]"),
    "pt": re.compile("[ãõ]"),
    "ru": re.compile("[ыэё]"),
    "tr": re.compile("[ğı]"),
}


def script_of(text: str) -> str:
    """The script that most letters are in; '' when there is no letter."""
    counts: Counter[str] = Counter()
    for character in text:
        if character.isalpha():
            counts[_script(character)] += 1
    if not counts:
        return ""
    if counts["kana"] and counts["kana"] + counts["han"] >= counts.most_common(1)[0][1]:
        return "kana"
    return counts.most_common(1)[0][0]


def recognise(folded: Folded) -> str:
    """The code of a language we can read, or '' when it is none of them or hard to say."""
    script = script_of(folded.plain)
    if script in _ALONE:
        return _ALONE[script]
    if script == "kana":
        return "ja"
    if script == "han":
        return "zh"
    scores = _scores(folded, script)
    best = max(scores, key=lambda code: scores[code], default="")
    return best if best in lexicons() and _enough(folded, scores[best]) else ""


def _scores(folded: Folded, script: str) -> dict[str, float]:
    found = words(folded.plain)
    strange = _FOREIGN.get(script, frozenset()) & set(folded.original.casefold())
    scores: dict[str, float] = {}
    for code, lexicon in lexicons().items():
        if lexicon.script == script and not strange - _OUR_OWN.get(code, frozenset()):
            scores[code] = _known(found, lexicon, folded)
    for code, common in _neighbours(script).items():
        scores[code] = sum(1 for word in found if word in common)
    return scores


def _known(found: list[str], lexicon: Lexicon, folded: Folded) -> float:
    """How many words are everyday words of the language or belong to what we listen for."""
    everyday = sum(1 for word in found if word in lexicon.common)
    listed = 0
    for compiled in lexicon.patterns.values():
        for match in compiled.finditer(folded.plain):
            listed += sum(1 for word in words(match[0]) if word not in lexicon.common)
    return everyday + listed + (0.5 * _telling(lexicon.language, folded))


def _telling(language: str, folded: Folded) -> int:
    compiled = _TELLING.get(language)
    if compiled is None:
        return 0
    return sum(1 for word in folded.original.casefold().split() if compiled.search(word))


def _enough(folded: Folded, known: float) -> bool:
    count = len(words(folded.plain))
    if count <= FEW_WORDS:
        return known >= 1
    return known >= 2 and known / count >= LEAST_SHARE


def _script(character: str) -> str:
    letter = character.casefold()
    for name, first, last in _SCRIPTS:
        if first <= letter <= last:
            return name
    return "other"


@cache
def _neighbours(script: str) -> Mapping[str, frozenset[str]]:
    listed = tomllib.loads(NEIGHBOURS.read_text(encoding="utf-8")).get(script, {})
    return {code: frozenset(words(fold(text).plain)) for code, text in listed.items()}
