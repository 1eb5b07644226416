"""A line that says it is connected and hears nothing: noticed, restarted once, told."""

import json
from datetime import timedelta

import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.extensions import db
from inbox.models import Instance, Message
from inbox.services import sweep
from inbox.services.intake import receiving, silence
from inbox.services.transaction import transaction
from tests.cast.desk import SETTLE
from tests.cast.guest import incoming
from tests.cast.journals import wrote
from tests.cast.people import Cast
from tests.cast.rows import instance
from tests.cast.silence import asked, books, change, incident, look, look_twice, silent_for
from tests.cast.statements import counted


def test_a_usual_silence_asks_nobody(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    silent_for(cast, timedelta(minutes=2))
    look(cast)
    assert len(provider.calls) == 0
    probe_at = instance(cast).probe_at
    assert probe_at is not None
    assert timedelta(minutes=10) < probe_at - clock.now() < timedelta(minutes=45)


def test_an_unusual_silence_is_asked_about_and_alone_proves_nothing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    look(cast)
    assert asked(provider, "getStateInstance") == 1
    assert asked(provider, "reboot") == 0
    assert incident(cast) is None


def test_it_is_not_asked_again_for_minutes(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    look(cast)
    for _ in range(5):
        silence.look(cast.instance_id, SETTLE)
    assert asked(provider, "getStateInstance") == 1
    assert cast.instance_id not in silence.due(clock.now())
    assert cast.instance_id in silence.due(clock.now() + silence.PROBE_EVERY)


def test_it_is_restarted_once_in_six_hours(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    for _ in range(3):
        look_twice(cast)
    assert asked(provider, "reboot") == 1
    found = incident(cast)
    assert found is not None
    assert found.count == 3
    change(cast, rebooted_at=clock.now() - silence.REBOOT_EVERY - timedelta(minutes=1))
    look_twice(cast)
    assert asked(provider, "reboot") == 2


def test_our_own_receiver_that_stands_is_no_reason_to_restart(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    change(cast, receive="poll")
    books(provider, webhooks=12)
    look_twice(cast)
    assert incident(cast) is not None
    assert asked(provider, "reboot") == 0


def test_a_number_that_is_not_linked_is_told_as_such(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, state="notAuthorized", webhooks=12)
    look(cast)
    assert incident(cast) is None
    number = instance(cast)
    assert number.state == number.pause_reason == "not_authorized"
    assert asked(provider, "reboot") == 0


def test_a_number_whose_return_was_not_told_is_found_linked_again(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, state="notAuthorized")
    look(cast)
    books(provider, [wrote("A1", ago=600)])
    look(cast)
    assert (instance(cast).state, instance(cast).pause_reason) == ("authorized", "")
    assert db.session.scalars(select(Message.recovered)).all() == [True]
    assert incident(cast, "recovered") is not None
    assert incident(cast) is None


def test_it_is_over_when_something_comes_by_itself(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    look_twice(cast)
    silence.close_heard(clock.now())
    assert incident(cast) is not None
    receiving.receive(cast.instance_id, json.dumps(incoming("A9")).encode())
    silence.close_heard(clock.now())
    assert incident(cast) is None


def test_news_of_the_restart_is_not_yet_hearing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    look_twice(cast)
    for state in ("starting", "authorized"):
        body = incoming("") | {"typeWebhook": "stateInstanceChanged", "stateInstance": state}
        receiving.receive(cast.instance_id, json.dumps(body | {"timestamp": state}).encode())
    silence.close_heard(clock.now())
    assert incident(cast) is not None


def test_a_new_number_is_asked_for_its_state(cast: Cast, provider: responses.RequestsMock) -> None:
    books(provider)
    look(cast)
    assert instance(cast).state == "authorized"
    assert instance(cast).gap_since is not None


def test_an_idle_sweep_costs_a_handful_of_questions(cast: Cast, busy: None) -> None:
    later = clock.now() + timedelta(hours=1)
    with transaction() as work:
        work.session.execute(update(Instance).values(probe_at=later, reconcile_at=later))
    with counted() as statements:
        sweep.sweep_lines(SETTLE)
    assert len([one for one in statements if one.startswith("SELECT")]) <= 5
    assert not [one for one in statements if one.startswith(("UPDATE", "INSERT"))]
