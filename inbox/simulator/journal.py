"""The message journals of one instance: what getMessage and the last…Messages methods read."""

import time
from collections import deque
from dataclasses import dataclass, field
from itertools import takewhile

from inbox.simulator.contents import Content, Json

_CONTENT_KEYS = (
    "typeMessage",
    "textMessage",
    "downloadUrl",
    "caption",
    "fileName",
    "jpegThumbnail",
    "mimeType",
    "location",
    "contact",
)
_MOST = 20_000


@dataclass
class Entry:
    """One message of the journal. `statuses` are (when, status) pairs, oldest first."""

    direction: str
    id_message: str
    chat_id: str
    content: Content
    timestamp: int
    written_at: float = field(default_factory=time.time)
    extra: Json = field(default_factory=dict)
    statuses: list[tuple[float, str]] = field(default_factory=list)
    download_url: str = ""

    def status_at(self, moment: float) -> str:
        """The newest status written at or before `moment`."""
        seen = [status for when, status in self.statuses if when <= moment]
        return seen[-1] if seen else "pending"

    def as_json(self, moment: float) -> Json:
        """The entry as a journal method gives it."""
        shown: Json = {
            "type": self.direction,
            "idMessage": self.id_message,
            "timestamp": self.timestamp,
            "chatId": self.chat_id,
            **self.content.journal,
            **self.extra,
        }
        if self.download_url:
            shown["downloadUrl"] = self.download_url
        if self.direction == "outgoing":
            shown["statusMessage"] = self.status_at(moment)
        return shown

    def as_quoted(self) -> Json:
        """The fields that a quotedMessage block repeats."""
        journal = self.content.journal
        quoted = {key: journal[key] for key in _CONTENT_KEYS if key in journal}
        if quoted.get("typeMessage") in ("extendedTextMessage", "quotedMessage"):
            quoted["typeMessage"] = "textMessage"
        return quoted


class Journal:
    """Entries in the order they were written. The instance's lock guards it."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._by_id: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Write an entry; the oldest goes when there are very many."""
        self._entries.append(entry)
        self._by_id[entry.id_message] = entry
        if len(self._entries) > _MOST:
            self._by_id.pop(self._entries.popleft().id_message, None)

    def find(self, id_message: str) -> Entry | None:
        """An entry whatever its age: what WhatsApp itself knows."""
        return self._by_id.get(id_message)

    def visible(self, direction: str, minutes: float, lag: float) -> list[Json]:
        """The entries of one direction in the last `minutes`, newest first, `lag` seconds late."""
        now = time.time()
        since = now - minutes * 60
        recent = takewhile(lambda entry: entry.written_at >= since, reversed(self._entries))
        return [
            entry.as_json(now - lag)
            for entry in recent
            if entry.direction == direction
            and entry.timestamp >= since
            and entry.written_at <= now - lag
        ]

    def history(self, chat_id: str, count: int, lag: float) -> list[Json]:
        """The newest `count` entries of a chat, newest first."""
        moment = time.time() - lag
        found = [
            entry.as_json(moment)
            for entry in reversed(self._entries)
            if entry.chat_id == chat_id and entry.written_at <= moment
        ]
        return sorted(found, key=lambda one: -int(one["timestamp"]))[:count]

    def one(self, chat_id: str, id_message: str, lag: float) -> Json | None:
        """One visible entry of a chat."""
        moment = time.time() - lag
        entry = self._by_id.get(id_message)
        if entry is None or entry.chat_id != chat_id or entry.written_at > moment:
            return None
        return entry.as_json(moment)

    def knows_chat(self, chat_id: str) -> bool:
        """Whether any message of the chat was written."""
        return any(entry.chat_id == chat_id for entry in self._entries)
