"""Reading somebody else's JSON: a missing or odd value is an answer, not an accident."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_EARLIEST = datetime(2009, 1, 1, tzinfo=UTC).timestamp()  # WhatsApp did not exist before
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without what no database takes: NUL is dropped, lone surrogates become \ufffd.

    JSON may hold either (`"\\u0000"`, `"\\ud83d"`); halves that belong together are joined.
    """
    if not _UNSTORABLE.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "")


def moment(value: object) -> datetime | None:
    """Unix seconds as an aware UTC time; None for anything that cannot be a message's time."""
    seconds = number(value)
    if seconds is None or not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def integer(value: object) -> int | None:
    """An int, or digits in a string; never a bool or a fraction."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    return None


def number(value: object) -> float | None:
    """A finite float from a number or a numeric string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


@dataclass(frozen=True, repr=False)
class Fields:
    """A JSON object whose fields are asked for by type; what does not fit reads as absent."""

    values: Mapping[str, object]

    @staticmethod
    def of(value: object) -> "Fields":
        """The object, or an empty one if `value` is none."""
        return Fields(value if isinstance(value, Mapping) else {})

    def __bool__(self) -> bool:
        return bool(self.values)

    def has(self, key: str) -> bool:
        return key in self.values

    def raw(self, key: str) -> object:
        return self.values.get(key)

    def block(self, key: str) -> "Fields":
        return Fields.of(self.values.get(key))

    def blocks(self, key: str) -> tuple["Fields", ...]:
        """The objects in an array; other items are left out."""
        value = self.values.get(key)
        items = value if isinstance(value, list) else []
        return tuple(Fields(item) for item in items if isinstance(item, Mapping))

    def text(self, *keys: str) -> str:
        """The first of `keys` that holds a non-empty string, made storable; else ''."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str) and value:
                return clean(value)
        return ""

    def word(self, key: str) -> str:
        """A short identifier: a string without outer blanks, or an integer's digits; else ''."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**40 else ""
        return clean(value).strip() if isinstance(value, str) else ""

    def integer(self, key: str) -> int | None:
        return integer(self.values.get(key))

    def number(self, key: str) -> float | None:
        return number(self.values.get(key))

    def moment(self, key: str) -> datetime | None:
        return moment(self.values.get(key))

    def flag(self, key: str) -> bool | None:
        """A bool, also from 'true'/'yes'/'1' and their opposites; else None."""
        value = self.values.get(key)
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        spoken = value.strip().lower() if isinstance(value, str) else ""
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            spoken
        )
