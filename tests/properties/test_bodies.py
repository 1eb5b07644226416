"""Whatever stands in a body of any kind: 200, and the bytes are kept (P4, Z6)."""

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import WebhookEvent
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.webhooks import BEARER, DOOR
from tests.greenapi import samples, webhooks

Json = dict[str, Any]

AMENDMENTS = [
    samples.reaction("👍", "A1"),
    samples.edited("new", "A1"),
    samples.deleted("A1"),
    samples.votes("A1", "?", Now=["447700900318@c.us"]),
]
BODIES: list[Json] = [
    *(incoming("A1", messageData=data) for data, _, _ in samples.MESSAGES),
    *(incoming("X1", messageData=data) for data in AMENDMENTS),
    *(
        incoming("X2", messageData=data, typeWebhook="outgoingAPIMessageReceived")
        for data in AMENDMENTS
    ),
    incoming("A1", typeWebhook="outgoingMessageReceived"),
    incoming("A1", typeWebhook="outgoingAPIMessageReceived"),
    webhooks.STATUS | {"idMessage": "A1"},
    webhooks.STATE | {"instanceData": webhooks.QUOTA["instanceData"]},
    webhooks.call("incomingCall", "offer", idMessage="A1"),
    webhooks.call("incomingCall", "missed", isVideo=True),
    webhooks.call(
        "outgoingCall", "hungUp", participants=[{"wid": "447700900318@c.us"}], duration=9
    ),
    webhooks.QUOTA,
    *webhooks.IGNORED,
]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(
        [
            "1101000001",
            "A1",
            "447700900318@c.us",
            "textMessage",
            "incomingMessageReceived",
            "reactionMessage",
            "call",
            "{{SWE001}}",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value, inside objects and arrays."""
    found = [path] if path else []
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        found += paths(child, (*path, key))
    return found


@st.composite
def spoiled(draw: st.DrawFn) -> Json:
    """A notification of some kind in which up to three places hold anything at all."""
    body: Json = json.loads(json.dumps(draw(st.sampled_from(BODIES))))
    for _ in range(draw(st.integers(0, 3))):
        places = [path for path in paths(body) if path[0] != "instanceData"]
        *above, last = draw(st.sampled_from(places))
        place: Any = body
        for key in above:
            place = place[key]
        place[last] = draw(ANYTHING)
    return body


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=spoiled())
def test_no_body_of_any_kind_is_lost_or_an_error(
    app: object, cast: Cast, alice: FlaskClient, body: Json
) -> None:
    raw = json.dumps(body).encode()
    db.session.rollback()
    before = _kept()
    answer = alice.post(DOOR, data=raw, headers=BEARER, content_type="application/json")
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    db.session.rollback()
    assert _kept() - before == (0 if answer.json["status"] == "duplicate" else 1)
    newest = db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id.desc())).first()
    assert newest is not None
    assert "Lobby has a fault" not in newest.error, newest.error


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(bodies=st.lists(spoiled(), min_size=3, max_size=8))
def test_whatever_was_taken_in_can_be_drawn(
    app: object, cast: Cast, alice: FlaskClient, bodies: list[Json]
) -> None:
    for body in bodies:
        alice.post(DOOR, data=json.dumps(body).encode(), headers=BEARER)
    for address in ("?view=needs_us", "list?view=waiting", "changes?since=0&open=1"):
        assert alice.get(f"/h/{cast.slug}/{address}").status_code == 200
    assert alice.get(f"/h/{cast.slug}/c/1").status_code in (200, 404)


def _kept() -> int:
    return db.session.scalar(select(func.count()).select_from(WebhookEvent)) or 0
