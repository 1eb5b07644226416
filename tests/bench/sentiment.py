"""How well the embedded analyser reads: `python -m tests.bench.sentiment`, with `-v` every mistake.

Prints precision and recall of "upset" for each language and microseconds per message, for the
messages that the word lists were tuned with and for harder ones, complaints without an angry word.
"""

import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from inbox.sentiment import UPSET, Embedded

MESSAGES = Path(__file__).with_name("sentiment_messages.toml")
HARD = Path(__file__).with_name("sentiment_messages_hard.toml")


def load(path: Path = MESSAGES) -> dict[str, dict[str, list[str]]]:
    """The messages by language and by how they should be read."""
    listed: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return listed


def main() -> None:
    """Measure and print, for each set."""
    for path in (MESSAGES, HARD):
        _measure(path)


def _measure(path: Path) -> None:
    total: Counter[str] = Counter()
    begun = time.perf_counter()
    print(f"{path.name}\nlanguage  right  precision  recall")
    for language, groups in load(path).items():
        counts = _count(groups)
        total += counts
        _print(language, counts)
    _print("all", total)
    count = sum(total[key] for key in ("right", "wrong"))
    print(f"{count} messages, {(time.perf_counter() - begun) / count * 1e6:.0f} µs each\n")


def _count(groups: dict[str, list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for label, texts in groups.items():
        for text in texts:
            reading = Embedded().read(text)
            counts["right" if reading.label == label else "wrong"] += 1
            if UPSET in (label, reading.label):
                hit = label == reading.label
                counts["hit" if hit else "miss" if label == UPSET else "false"] += 1
            if reading.label != label and "-v" in sys.argv:
                print(f"    {label} read as {reading.label}: {text} ({reading.why})")
    return counts


def _print(name: str, counts: Counter[str]) -> None:
    flagged, upset = counts["hit"] + counts["false"], counts["hit"] + counts["miss"]
    precision = f"{counts['hit'] / flagged:9.0%}" if flagged else "        -"
    recall = f"{counts['hit'] / upset:6.0%}" if upset else "     -"
    count = counts["right"] + counts["wrong"]
    print(f"{name:8}  {counts['right']:3}/{count:<3} {precision}  {recall}")


if __name__ == "__main__":
    main()
