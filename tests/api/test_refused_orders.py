"""POST /api/v1/whatsapp/messages with what is no order: what is wrong, in words."""

from typing import Any

import pytest

from inbox.models import Message
from tests.cast.program import CONTACT, CONTENTS, LOCATION, PHONE, POLL, Program
from tests.cast.rows import count
from tests.cast.webhooks import assert_error

NOT_TEXTS: list[Any] = [None, 7, 1.5, True, [], {}]
BAD: dict[str, list[Any]] = {
    "text": [*NOT_TEXTS, "", "  \n", "x" * 20_001, "\ud800", "a\0b"],
    "phone": [*NOT_TEXTS, "", "x", "123", "+0 123", "1@g.us"],
    "client_ref": [*NOT_TEXTS, "", "x" * 101, "a\nb", "\0", "\ud800"],
    "id_instance": [None, "1", 1.5, True, [], 0, -1, 2**63],
    "quoted_message_id": [None, "1", 1.5, True, 0, -1, 2**63],
    "send_at": [*NOT_TEXTS, "", "soon", "2027-01-01", "2027-01-01T10:00:00", "20270101T100000Z",
                "2027-02-30T10:00:00Z", "2027-01-01T10:00Z", "0001-01-01T00:00:00+23:59",
                "2027-01-01T10:00:00+25:00", "2027-01-01T10:00:00Z\n"],
    "expires_in": [None, "600", 59, 604_801, 600.5, True, -600],
    "messsage": ["misspelt"],
    "hotel_id": [1],
}  # fmt: skip
BAD_FIELDS = [(field, value) for field, values in BAD.items() for value in values]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS, ids=lambda part: repr(part)[:24])
def test_a_bad_field_is_named(program: Program, field: str, value: Any) -> None:
    answer = program.send(**{field: value})
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert count(Message) == 0


BAD_CONTENTS: list[tuple[str, Any, str]] = [
    ("location", None, "location"),
    ("location", "x", "location"),
    ("contact", [], "contact"),
    ("poll", True, "poll"),
    ("location", {}, "location.latitude"),
    ("location", LOCATION | {"latitude": 90.1}, "location.latitude"),
    ("location", LOCATION | {"latitude": "41"}, "location.latitude"),
    ("location", LOCATION | {"longitude": True}, "location.longitude"),
    ("location", LOCATION | {"longitude": -181}, "location.longitude"),
    ("location", LOCATION | {"name": "x" * 201}, "location.name"),
    ("location", LOCATION | {"name": 7}, "location.name"),
    ("location", LOCATION | {"zoom": 7}, "location.zoom"),
    ("contact", {}, "contact.name"),
    ("contact", CONTACT | {"phone": "none"}, "contact.phone"),
    ("contact", CONTACT | {"name": " "}, "contact.name"),
    ("contact", CONTACT | {"name": "a\0"}, "contact.name"),
    ("contact", CONTACT | {"phone": 34933033033}, "contact.phone"),
    ("poll", {}, "poll.question"),
    ("poll", POLL | {"question": ""}, "poll.question"),
    ("poll", POLL | {"question": "x" * 256}, "poll.question"),
    ("poll", POLL | {"options": ["one"]}, "poll.options"),
    ("poll", POLL | {"options": ["one", "one"]}, "poll.options"),
    ("poll", POLL | {"options": ["one", "two", ""]}, "poll.options"),
    ("poll", POLL | {"options": [str(number) for number in range(13)]}, "poll.options"),
    ("poll", POLL | {"options": ["one", 2]}, "poll.options"),
    ("poll", POLL | {"options": "one"}, "poll.options"),
    ("poll", POLL | {"options": ["one", "x" * 101]}, "poll.options"),
    ("poll", POLL | {"multiple": 1}, "poll.multiple"),
]


@pytest.mark.parametrize(
    ("kind", "content", "field"), BAD_CONTENTS, ids=lambda part: repr(part)[:24]
)
def test_a_bad_content_is_named_inside(
    program: Program, kind: str, content: Any, field: str
) -> None:
    answer = program.send({"phone": PHONE, kind: content})
    assert_error(answer, 422, "invalid")
    assert field in answer.json["error"]["fields"], answer.text
    assert count(Message) == 0


def test_all_that_is_wrong_is_told_at_once(program: Program) -> None:
    answer = program.send({"text": 7, "poll": {}, "client_ref": 1, "send_at": "soon", "x": 1})
    assert_error(answer, 422, "invalid")
    wrong = {"text", "poll", "poll.question", "poll.options", "client_ref", "send_at", "x"}
    assert set(answer.json["error"]["fields"]) == wrong


@pytest.mark.parametrize("contents", [(), ("text", "poll"), ("location", "contact")])
def test_exactly_one_content_is_asked_for(program: Program, contents: tuple[str, ...]) -> None:
    answer = program.send({"phone": PHONE} | {name: CONTENTS[name] for name in contents})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == set(contents or ("text",))


@pytest.mark.parametrize("to", [{}, {"phone": PHONE, "guest_id": 1}])
def test_exactly_one_recipient_is_asked_for(program: Program, to: dict[str, Any]) -> None:
    answer = program.send({"text": "Hello", **to})
    assert_error(answer, 422, "invalid")
    assert set(answer.json["error"]["fields"]) == {"chat_id", "phone", "guest_id"}


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"", "application/json", 400, "bad_request"),
        (b"{", "application/json", 400, "bad_request"),
        (b"[1]", "application/json", 400, "bad_request"),
        (b"[" * 100_000, "application/json", 400, "bad_request"),
        (b'{"a":' * 50_000, "application/json", 400, "bad_request"),
        (b'{"text": "' + b"x" * 300_000 + b'"}', "application/json", 413, "too_large"),
        (b"{}", "text/plain", 415, "not_json"),
        (b"text=1", "application/x-www-form-urlencoded", 415, "not_json"),
        (b'{"phone": "+447700900318", "location": {"latitude": NaN, "longitude": 1}}',
         "application/json", 422, "invalid"),
        (b'{"phone": "+447700900318", "location": {"latitude": 1e999, "longitude": 1}}',
         "application/json", 422, "invalid"),
    ],
    ids=lambda part: repr(part)[:24],
)  # fmt: skip
def test_a_body_that_is_no_order(
    program: Program, raw: bytes, kind: str, status: int, code: str
) -> None:
    assert_error(program.call("POST", data=raw, content_type=kind), status, code)
    assert count(Message) == 0
