"""A call of Green API's HTTP surface and what it is answered with, apart from Flask."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import Headers

from inbox.simulator.addresses import ANY_CHAT_WORDS, is_chat_id
from inbox.simulator.contents import Json
from inbox.simulator.instance import Instance
from inbox.simulator.media import MediaFile
from inbox.simulator.world import World

NOT_FOUND = "<html>\n<head><title>404 Not Found</title></head>\n<body>Not Found</body>\n</html>\n"


@dataclass(frozen=True)
class Answer:
    """Status, body and type of one HTTP answer; an empty type means no Content-Type header."""

    status: int
    body: bytes = b""
    content_type: str = ""


class Refusal(Exception):
    """The call ends here with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"refused with {answer.status}")
        self.answer = answer


@dataclass
class Call:
    """One call that passed the gate. `path` holds the token, as Green API's errors repeat it."""

    world: World
    instance: Instance
    method: str
    path: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    raw: bytes = field(default=b"", repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    upload: MediaFile | None = field(default=None, repr=False)
    headers: Headers = field(default_factory=Headers, repr=False)
    receipt: str = ""

    def json(self) -> Json:
        """The body as an object; refuses what is not one, in Green API's words."""
        if not self.raw.strip():
            return {}
        try:
            body = json.loads(self.raw)
        except ValueError as error:
            position = getattr(error, "pos", 0)
            odd = self.raw.decode("utf-8", "replace")[position : position + 1]
            raise self.invalid(f"Unexpected token {odd} in JSON at position {position}") from None
        if not isinstance(body, dict):
            raise self.invalid("Validation failed. Details: 'value' must be of type object")
        return body

    def invalid(self, message: str) -> Refusal:
        """A 400 in the JSON shape, with the token in `path` as Green API has it."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        body = {"statusCode": 400, "timestamp": moment, "path": self.path, "message": message}
        return Refusal(json_answer(body, 400))

    def failed(self, details: str) -> Refusal:
        """A 400 for one field."""
        return self.invalid(f"Validation failed. Details: {details}")

    def minutes(self) -> float:
        """The `minutes` of the journal methods, a day when not given."""
        given = self.query.get("minutes", "1440")
        if not given.isdigit():
            raise self.failed("'minutes' must be a number")
        return float(given)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Method:
    """One method of the surface. `needs_line` ones are refused while WhatsApp is not linked."""

    name: str
    verb: str
    handler: Handler
    needs_line: bool = False


def json_answer(body: Any, status: int = 200) -> Answer:
    """An answer in JSON."""
    text = json.dumps(body, ensure_ascii=False).encode()
    return Answer(status, text, "application/json; charset=utf-8")


def text_answer(text: str, status: int) -> Answer:
    """An answer in plain words."""
    return Answer(status, text.encode(), "text/plain; charset=utf-8")


def chat_id_of(call: Call, body: Json, words: str = ANY_CHAT_WORDS) -> str:
    """The body's chatId; refuses a missing or malformed one."""
    chat_id = text_of(call, body, "chatId")
    if not is_chat_id(chat_id):
        raise call.failed(words)
    return chat_id


def text_of(call: Call, body: Json, name: str, most: int | None = None) -> str:
    """A text that must be there and not be empty; at most `most` characters."""
    if name not in body:
        raise call.failed(f"'{name}' is required")
    value = body[name]
    if not isinstance(value, str):
        raise call.failed(f"'{name}' must be a string")
    if not value:
        raise call.failed(f"'{name}' is not allowed to be empty")
    return _short_enough(call, name, value, most)


def optional_text(call: Call, body: Json, name: str, most: int | None = None) -> str:
    """A text that may be missing; empty then."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise call.failed(f"'{name}' must be a string")
    return _short_enough(call, name, value, most)


def number_of(call: Call, body: Json, name: str, most: float | None = None) -> float:
    """A number that must be there, at most `most` from 0; digits in a text will do."""
    if name not in body:
        raise call.failed(f"'{name}' is required")
    value = body[name]
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
    except (TypeError, ValueError):
        raise call.failed(f"'{name}' must be a number") from None
    if most is not None and not -most <= number <= most:
        raise call.failed(f"'{name}' must be between -{most} and {most}")
    return number


def _short_enough(call: Call, name: str, value: str, most: int | None) -> str:
    if most is not None and len(value) > most:
        raise call.failed(f"'{name}' length must be less than or equal to {most} characters long")
    return value
