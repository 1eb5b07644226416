"""Reading what a program sent, field by field. All that is wrong is told at once, in words."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from inbox.errors import Invalid

BODY_LIMIT = 256 * 1024
LARGEST = 2**63 - 1  # of a row's id
# RFC 3339, of which `fromisoformat` takes more than we promise.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Fields:
    """The fields of an object. What is wrong is noted, and raised by `finish`."""

    def __init__(self, body: Mapping[str, Any], prefix: str = "") -> None:
        self._body = body
        self._prefix = prefix
        self._taken: set[str] = set()
        self.wrong: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._body

    def text(self, name: str, most: int | None = None) -> str | None:
        """A text of at most so many characters."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._note(name, "must be a text.")
            return None
        if most is not None and len(value) > most:
            self._note(name, f"may have {most:,} characters at most, not {len(value):,}.")
            return None
        return value

    def number(self, name: str, least: int = 1, most: int = LARGEST) -> int | None:
        """A whole number between these two."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._note(name, _range("a whole number", least, most))
            return None
        return value

    def degrees(self, name: str, most: int) -> float | None:
        """A number between -most and most."""
        value = self._take(name)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -most <= value <= most:
            self._note(name, f"must be a number from -{most} to {most}.")
            return None
        return float(value)

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there."""
        value = self._take(name)
        if value is not None and not isinstance(value, bool):
            self._note(name, "must be true or false.")
        return value is True

    def texts(self, name: str, least: int, most: int, longest: int) -> list[str] | None:
        """So many texts, each of 1 to `longest` characters."""
        value = self._take(name)
        if value is None:
            return None
        is_list = isinstance(value, list) and least <= len(value) <= most
        if not is_list or not all(
            isinstance(one, str) and 0 < len(one) <= longest for one in value
        ):
            wish = f"must be {least} to {most} texts of 1 to {longest} characters each."
            self._note(name, wish)
            return None
        return list(value)

    def moment(self, name: str) -> datetime | None:
        """A moment with its offset from UTC, such as 2026-11-25T18:30:00+01:00."""
        value = self._take(name)
        if value is None:
            return None
        try:
            if isinstance(value, str) and MOMENT.fullmatch(value):
                return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # the 30th of February, or the year 0
        self._note(name, "must be a moment such as 2026-11-25T18:30:00+01:00.")
        return None

    def inner(self, name: str) -> "Fields | None":
        """An object inside; what is wrong in it is told by `finish` of it."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._note(name, "must be an object.")
            return None
        return Fields(value, f"{name}.")

    def miss(self, name: str) -> None:
        """Note that this field has to be given."""
        self.wrong.setdefault(f"{self._prefix}{name}", f"{self._prefix}{name} is missing.")

    def finish(self) -> None:
        """Raise `Invalid` if anything is wrong, or if there is a field that nobody knows."""
        for name in self._body:
            if name not in self._taken:
                shown = f"{self._prefix}{name}"[:100]
                self.wrong[shown] = f"There is no field {shown!r} here."
        if self.wrong:
            raise Invalid(self.wrong)

    def _take(self, name: str) -> Any:
        self._taken.add(name)
        value = self._body.get(name)
        if value is None and name in self._body:
            self._note(name, "must not be null. Leave it out.")
        return value

    def _note(self, name: str, wish: str) -> None:
        shown = f"{self._prefix}{name}"
        self.wrong[shown] = f"{shown} {wish}"


class WrittenFields(Fields):
    """The fields of a form or of an address, where all is text and may be given twice."""

    def __init__(self, given: MultiDict[str, str]) -> None:
        super().__init__(given.to_dict())
        for name, values in given.lists():
            if len(values) > 1:
                self.wrong[name[:100]] = f"{name[:100]} is given twice."

    def number(self, name: str, least: int = 1, most: int = LARGEST) -> int | None:
        """A whole number between these two, in digits."""
        written = self.text(name)
        if written is None:
            return None
        fits = written.isascii() and written.isdigit() and len(written) <= len(str(LARGEST))
        if not fits or not least <= int(written) <= most:
            self._note(name, _range("a whole number", least, most))
            return None
        return int(written)

    def flag(self, name: str) -> bool:
        """`true` or `false` in letters; false when it is not there."""
        written = self.text(name)
        if written not in (None, "true", "false"):
            self._note(name, "must be true or false.")
        return written == "true"


class LenientFields(Fields):
    """As the first calls of this API read them: null is nothing, and what is unknown is ignored."""

    def finish(self) -> None:
        """Raise `Invalid` if anything is wrong."""
        if self.wrong:
            raise Invalid(self.wrong)

    def _take(self, name: str) -> Any:
        return self._body.get(name)


def _range(what: str, least: int, most: int) -> str:
    if most == LARGEST:
        return f"must be {what}, {least} or more." if least != 1 else f"must be {what}."
    return f"must be {what} from {least:,} to {most:,}."


def json_object(limit: int = BODY_LIMIT) -> dict[str, Any]:
    """The request's body. Raises `BadRequest` for what is no JSON object, and 413 or 415."""
    request.max_content_length = limit
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


@contextmanager
def named(names: Mapping[str, str] | str) -> Iterator[None]:
    """Tell what a service found wrong under the API's own names: a mapping, or a prefix."""
    try:
        yield
    except Invalid as error:
        raise Invalid({_named(name, names): told for name, told in error.fields.items()}) from None


def _named(name: str, names: Mapping[str, str] | str) -> str:
    return f"{names}{name}" if isinstance(names, str) else names.get(name, name)
