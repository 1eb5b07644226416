"""How a guest's message sounds. Knows nothing of hotels, tables or screens.

Words of danger are found by lists (`danger`), the sentiment by an analyser: `Embedded` reads with
word lists of its own and needs no network; `OpenAiCompatible` asks a language model elsewhere.
"""

from inbox.sentiment.embedded import Embedded
from inbox.sentiment.endpoint import NoReading, OpenAiCompatible
from inbox.sentiment.reading import CALM, DANGER, HAPPY, UNKNOWN, UPSET, Reading

__all__ = [
    "CALM",
    "DANGER",
    "HAPPY",
    "UNKNOWN",
    "UPSET",
    "Embedded",
    "NoReading",
    "OpenAiCompatible",
    "Reading",
]
