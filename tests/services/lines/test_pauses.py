"""A paused number sends nothing, not even to try, until its state says that it may (D6)."""

from collections.abc import Callable

import pytest
import responses
from sqlalchemy import update

from inbox import clock
from inbox.errors import NotFound
from inbox.models import Conversation, Instance
from inbox.services.lines import line, pauses
from inbox.services.outbox import outbox, outcomes, sending
from inbox.services.transaction import transaction
from tests.cast.desk import LEASE, PATIENCE, claim, reply
from tests.cast.people import Cast
from tests.cast.provider import url
from tests.cast.rows import instance, row

Writes = Callable[..., Conversation]


@pytest.fixture
def paused(cast: Cast, guest_writes: Writes, provider: responses.RequestsMock) -> int:
    """A reply that waits because the token is wrong."""
    provider.add(responses.POST, url("sendMessage"), status=401)
    message_id = reply(cast, guest_writes("A1"))
    sending.drain(cast.instance_id, PATIENCE)
    assert instance(cast).pause_reason == "wrong_token"
    return message_id


def a_minute_passes() -> None:
    with transaction() as work:
        work.session.execute(update(Instance).values(paused_until=clock.now(), state_asked_at=None))


def state(provider: responses.RequestsMock, word: str = "", status: int = 200) -> None:
    body = {"stateInstance": word} if word else None
    provider.add(responses.GET, url("getStateInstance"), json=body, status=status)


def test_no_send_is_used_as_a_probe(cast: Cast, paused: int) -> None:
    a_minute_passes()
    assert outbox.due(clock.now()) == []
    assert outbox.claim(cast.instance_id, LEASE) is None
    assert row(paused).status == "queued"


def test_the_state_is_asked_once_a_minute_and_sending_goes_on(
    cast: Cast, paused: int, provider: responses.RequestsMock
) -> None:
    assert pauses.due(clock.now()) == []
    a_minute_passes()
    assert pauses.due(clock.now()) == [cast.instance_id]
    state(provider, "authorized")
    pauses.probe(cast.instance_id)
    assert instance(cast).pause_reason == ""
    assert outbox.due(clock.now()) == [cast.instance_id]


def test_while_nothing_is_better_it_stays_paused_and_waits_another_minute(
    cast: Cast, paused: int, provider: responses.RequestsMock
) -> None:
    a_minute_passes()
    state(provider, status=401)
    pauses.probe(cast.instance_id)
    assert instance(cast).pause_reason == "wrong_token"
    assert pauses.due(clock.now()) == []


def test_another_reason_is_told(cast: Cast, paused: int, provider: responses.RequestsMock) -> None:
    a_minute_passes()
    state(provider, "notAuthorized")
    pauses.probe(cast.instance_id)
    assert instance(cast).pause_reason == "not_authorized"


def test_green_api_is_asked_once_however_many_workers_ask(
    cast: Cast, paused: int, provider: responses.RequestsMock
) -> None:
    a_minute_passes()
    state(provider, "notAuthorized")
    pauses.probe(cast.instance_id)
    with transaction() as work:
        work.session.execute(update(Instance).values(paused_until=clock.now()))
    pauses.probe(cast.instance_id)
    asked = [call for call in provider.calls if "getStateInstance" in str(call.request.url)]
    assert len(asked) == 1


def test_a_person_may_ask_at_once(cast: Cast, paused: int) -> None:
    pauses.ask_now(cast.hotel_id, cast.instance_id, cast.bob_id)
    assert pauses.due(clock.now()) == [cast.instance_id]
    with pytest.raises(NotFound):
        pauses.ask_now(cast.other_hotel_id, cast.instance_id, cast.charlie_id)


def test_an_answer_that_was_under_way_does_not_end_a_pause(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    """A number that WhatsApp suspended still takes messages with 200, and sends none of them."""
    reply(cast, guest_writes("A1"))
    claimed = claim(cast)
    with transaction() as work:
        line.pause(work, work.session.get_one(Instance, cast.instance_id), "suspended")
    outcomes.accepted(claimed, "B1")
    assert instance(cast).pause_reason == "suspended"


def test_a_number_without_a_pause_is_not_asked(cast: Cast) -> None:
    pauses.probe(cast.instance_id)
    assert instance(cast).state_asked_at is None
