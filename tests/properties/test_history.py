"""Whatever order, however often: the same is seen in the end (P1 to P4, N1 to N10, N17, N18)."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Message, WebhookEvent
from tests.cast.people import Cast
from tests.properties.history import History, Telling, histories, seen

pytestmark = pytest.mark.timeout(600)  # a hundred histories, on a machine that is busy
NUMBERS = itertools.count(1)
SETTINGS = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(history=histories(), data=st.data())
def test_any_order_and_repetition_ends_the_same(
    cast: Cast, history: History, data: st.DataObject
) -> None:
    told = Telling(cast, next(NUMBERS))
    for event in history.events:
        assert told.take(event) in ("applied", "duplicate")
    again = data.draw(st.lists(st.sampled_from(history.events), max_size=6), label="repeated")
    mixed = data.draw(st.permutations([*history.events, *again]), label="order")
    other = Telling(cast, next(NUMBERS))
    for event in mixed:
        assert other.take(event) in ("applied", "parked", "duplicate")
    assert seen(other) == seen(told)
    parked = select(func.count()).select_from(WebhookEvent).where(WebhookEvent.state == "parked")
    assert db.session.scalar(parked) == 0


@SETTINGS
@given(history=histories())
def test_what_is_seen_is_what_happened(cast: Cast, history: History) -> None:
    """Backwards, which is the worst order, nothing is lost and nobody is made up."""
    told = Telling(cast, next(NUMBERS))
    for event in reversed(history.events):
        told.take(event)
    names = {bubble["name"] for chat in seen(told) if chat for bubble in chat["bubbles"]}
    assert {said.name for said in history.said} <= names
    ours = Message.id_message.like(f"{told.number}-%")
    total = db.session.scalar(select(func.count()).select_from(Message).where(ours))
    assert total == len(names)
