"""One spelling for text and word lists: small letters, no accents, one kind of apostrophe.

Guests leave out accents and vowel points, so the lists are compared without them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

# What a word is made of. Python's \w leaves out the vowel signs of Indic scripts and Thai.
LETTER = r"\w\u0900-\u0963\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
WORD = re.compile(f"[{LETTER}]+")

_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_SILENT = re.compile(
    "[\u0300-\u036f"  # accents
    "\u0591-\u05c7"  # Hebrew points
    "\u0610-\u061a\u064b-\u065f\u0670\u0640"  # Arabic vowel signs and the stretching line
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f]"  # joiners, directions, variants
)
_SAME = str.maketrans(
    {
        "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "ı": "i", "ł": "l", "ø": "o", "đ": "d",
        "æ": "ae", "œ": "oe", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the one spelling (`plain`), which knows where each letter came from."""

    original: str
    plain: str
    places: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """What the writer wrote, on one line, for a stretch of `plain`."""
        first, last = self.places[start], self.places[end - 1]
        return " ".join(self.original[first : last + 1].split())


def fold(text: str) -> Folded:
    """The text in the one spelling. A letter drawn out (nooooo) counts once."""
    original = _DRAWN_OUT.sub(r"\1", unicodedata.normalize("NFC", text))
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(original):
        for letter in _folded(character):
            plain.append(letter)
            places.append(place)
    return Folded(original, "".join(plain), tuple(places))


@cache
def _folded(character: str) -> str:
    if "\uac00" <= character <= "\ud7a3":  # a Korean syllable stays whole
        return character
    small = unicodedata.normalize("NFKD", character.translate(_SAME)).casefold()
    return _SILENT.sub("", small).translate(_SAME)


def words(plain: str) -> list[str]:
    """The words of a text in the one spelling; an apostrophe parts them."""
    return WORD.findall(plain)
