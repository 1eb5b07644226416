"""How well the embedded analyser reads: `python -m tests.bench.mood`, with `-v` every mistake.

Prints precision and recall of "upset" for each language, how many calm and happy messages were
called upset, and microseconds per message.
"""

import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from inbox.mood import UPSET, Embedded

MESSAGES = Path(__file__).with_name("mood_messages.toml")


def main() -> None:
    """Measure and print."""
    listed: dict[str, dict[str, list[str]]] = tomllib.loads(MESSAGES.read_text(encoding="utf-8"))
    total: Counter[str] = Counter()
    begun = time.perf_counter()
    print("language  right  precision  recall")
    for language, groups in listed.items():
        counts = _count(groups)
        total += counts
        _print(language, counts)
    _print("all", total)
    count = sum(total[key] for key in ("right", "wrong"))
    print(f"{count} messages, {(time.perf_counter() - begun) / count * 1e6:.0f} µs each")


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
