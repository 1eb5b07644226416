"""The cast of the demo: who the guests are and what they have on their minds."""

import json
import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from inbox.simulator.contents import Json

_FOLDER = Path(__file__).parent / "cast"


@dataclass(frozen=True)
class Topic:
    """Something a guest brings up: what they write first, and their answers to the desk."""

    say: tuple[Json, ...]
    answers: tuple[Json, ...]


@dataclass
class Person:
    """One guest of the demo, and where they are in their conversation."""

    name: str
    chat_id: str
    language: str
    topics: tuple[Topic, ...]
    answers_left: list[Json] = field(default_factory=list)
    about_to_answer: bool = False
    waits_for_desk: bool = False
    last_active: float = 0.0
    _unused: list[Topic] = field(default_factory=list)

    def next_topic(self, favourite: bool = False) -> Topic:
        """What they bring up now; nothing comes twice before everything was said.

        `favourite` takes the first topic of the script.
        """
        if not self._unused:
            self._unused = random.sample(self.topics, len(self.topics))
        topic = self.topics[0] if favourite else self._unused[0]
        self._unused.remove(topic)
        self.answers_left = list(topic.answers)
        self.waits_for_desk = True
        return topic


def cast_for(number: int) -> list[Person]:
    """The guests of the first hotel (0), the second (1), the third has the first's again, …"""
    casts = sorted(_FOLDER.glob("*.json"))
    return [_person(row) for row in _rows(casts[number % len(casts)])]


@cache
def _rows(path: Path) -> list[Json]:
    rows: list[Json] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _person(row: Json) -> Person:
    topics = tuple(
        Topic(tuple(map(_letter, one["say"])), tuple(map(_letter, one["answers"])))
        for one in row["topics"]
    )
    return Person(row["name"], f"{row['phone']}@c.us", row["language"], topics)


def _letter(written: str | Json) -> Json:
    return {"type": "text", "text": written} if isinstance(written, str) else written
