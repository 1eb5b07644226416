"""Whatever arrives is a notification or malformed: nothing else may happen."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.greenapi import (
    MalformedNotification,
    MessageNotification,
    UnknownNotification,
    dedupe_key,
)
from inbox.greenapi.notifications import parse
from tests.greenapi import samples
from tests.greenapi.webhooks import (
    GUEST,
    QUOTA,
    STATE,
    STATUS,
    Body,
    call,
    file_of,
    message,
    text_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
SAMPLES: list[Body] = [
    message(text_of("x")),
    message(file_of("audioMessage", mimeType="audio/ogg", caption="c")),
    message(
        {
            "typeMessage": "quotedMessage",
            "extendedTextMessageData": {"text": "t", "stanzaId": "s", "participant": GUEST},
            "quotedMessage": {"typeMessage": "contactMessage", "contact": {"vcard": "TEL:12345"}},
        }
    ),
    message(
        {"typeMessage": "locationMessage", "locationMessageData": {"latitude": 1, "longitude": 2}}
    ),
    STATUS,
    STATE,
    *(message(data) for data, _, _ in samples.MESSAGES),
    message(samples.reaction("👍", "Q1")),
    message(samples.edited("new", "Q1")),
    message(samples.deleted("Q1")),
    message(samples.votes("Q1", "When?", Now=[GUEST])),
    call("incomingCall", "offer"),
    call("outgoingCall", "hungUp", participants=[{"wid": GUEST}], duration=3),
    QUOTA,
]


def places(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every value in nested objects."""
    if not isinstance(value, dict):
        return [path]
    return [path, *(p for key, part in value.items() for p in places(part, (*path, key)))][1:] or [
        path
    ]


@given(JSON)
def test_any_json_is_a_notification_or_malformed(body: Any) -> None:
    _parse_anything(body)


@settings(max_examples=400)
@given(st.data())
def test_a_real_body_with_anything_anywhere_is_a_notification_or_malformed(
    data: st.DataObject,
) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(body)))
        target = body
        for key in path:
            target = target[key]
        target[last] = data.draw(JSON)
    _parse_anything(body)


def _parse_anything(body: Any) -> None:
    key = dedupe_key(body)
    assert len(key) <= 200
    assert key.isprintable()
    try:
        note = parse(body)
    except MalformedNotification:
        return
    repr(note).encode()
    if isinstance(note, MessageNotification):
        for text in (note.content.text, note.sender_name, note.id_message, note.chat_id.raw):
            assert "\x00" not in text
            text.encode()


def test_a_body_nested_to_the_limit_is_no_accident() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    body = {**STATE, "typeWebhook": "new", "x": deep}
    assert dedupe_key(body).startswith("sha256:")
    assert isinstance(parse(body), UnknownNotification)
