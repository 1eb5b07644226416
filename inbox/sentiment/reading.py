"""What an analyser says of one message."""

from dataclasses import dataclass

UPSET, DANGER, CALM, HAPPY, UNKNOWN = "upset", "danger", "calm", "happy", "unknown"
LABELS = (UPSET, DANGER, CALM, HAPPY, UNKNOWN)
WHY_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """`score` runs from -1 (furious) to 1 (delighted). `label` is one of `LABELS`; unknown means
    that the analyser does not know the language. `why` is a few words, of the guest or about the
    guest, at most `WHY_LIMIT` characters. `analyser` is its name."""

    score: float
    label: str
    why: str
    analyser: str
