"""When the journals are compared: after a gap, after a downtime, and not too often."""

import json
from datetime import timedelta

import pytest
import responses

from inbox import clock
from inbox.greenapi.states import InstanceState
from inbox.models import Instance
from inbox.services.intake import receiving, reconciliation
from inbox.services.lines import line
from inbox.services.transaction import transaction
from tests.cast.desk import SETTLE
from tests.cast.guest import incoming
from tests.cast.journals import answered, journals, reconcile, wrote
from tests.cast.people import Cast
from tests.cast.provider import url
from tests.cast.rows import instance, messages


def test_the_youngest_are_given_time_to_come_by_themselves(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [wrote("A1", ago=30)])
    assert reconcile(cast).recovered == 0
    assert messages() == []
    again = instance(cast).reconcile_at
    assert again is not None
    assert again <= clock.now() + SETTLE


def test_a_long_gap_comes_in_runs(
    cast: Cast, provider: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "MOST", 4)
    journals(provider, [wrote(f"A{n}", ago=4000 - n) for n in range(10)])
    before = clock.now() - timedelta(hours=1)
    assert reconcile(cast).recovered == 4
    assert instance(cast).reconciled_at is not None
    assert (instance(cast).reconciled_at or clock.now()) <= before + timedelta(seconds=60)
    assert reconciliation.due(clock.now()) == [cast.instance_id, cast.other_instance_id]
    assert [reconcile(cast).recovered for _ in range(3)] == [4, 2, 0]
    assert [one.id_message for one in messages()] == [f"A{n}" for n in range(10)]


def test_it_waits_its_turn(cast: Cast, provider: responses.RequestsMock) -> None:
    journals(provider, [wrote("A1")])
    reconcile(cast)
    calls = len(provider.calls)
    reconciliation.reconcile(cast.instance_id, SETTLE)
    assert len(provider.calls) == calls
    reconciliation.reconcile(cast.instance_id, SETTLE, at_once=True)
    assert len(provider.calls) == calls  # the journal takes one call a second


def test_a_silent_journal_is_asked_again_later(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    provider.get(url("lastIncomingMessages"), status=502)
    reconcile(cast)
    found = instance(cast)
    assert found.reconcile_at is not None
    assert found.reconcile_at > clock.now() + timedelta(minutes=4)
    assert found.reconciled_at is not None
    assert found.reconciled_at < clock.now() - timedelta(minutes=59)


def test_a_gap_of_the_line_is_compared_when_it_is_over(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    def reported(state: str) -> None:
        with transaction() as work:
            row = work.session.get_one(Instance, cast.instance_id)
            line.state_reported(work, row, InstanceState.of(state), None)

    journals(provider, [])
    reconcile(cast)
    reported("authorized")
    reconcile(cast)
    assert reconciliation.due(clock.now()) == [cast.other_instance_id]
    reported("notAuthorized")
    lost_since = instance(cast).gap_since
    assert lost_since is not None
    reported("authorized")
    assert cast.instance_id in reconciliation.due(clock.now())
    journals(provider, [wrote("A1", ago=400)])
    assert reconcile(cast).recovered == 1
    found = instance(cast)
    assert found.gap_since == lost_since  # the journal may lag: it is read once more
    assert found.reconcile_at is not None
    assert found.reconcile_at <= clock.now() + SETTLE


def test_a_status_without_its_message_hastens_the_comparison(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [])
    reconcile(cast)
    body = incoming("P1") | {"typeWebhook": "outgoingMessageStatus", "status": "sent"}
    assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "parked"
    reconciliation.hasten(SETTLE)
    reconciliation.hasten(timedelta(seconds=-1))
    assert cast.instance_id not in reconciliation.due(clock.now())  # the journal was read just now
    some_minutes_pass(cast)
    reconciliation.hasten(timedelta(seconds=-1))
    assert cast.instance_id in reconciliation.due(clock.now())
    journals(provider, [], [answered("P1", statusMessage="sent")])
    reconcile(cast)
    (message,) = messages()
    assert (message.origin, message.status) == ("phone", "sent")
    reconcile(cast)
    some_minutes_pass(cast)
    reconciliation.hasten(timedelta(seconds=-1))
    assert cast.instance_id not in reconciliation.due(clock.now())


def some_minutes_pass(cast: Cast) -> None:
    with transaction() as work:
        row = work.session.get_one(Instance, cast.instance_id)
        row.journal_read_at = clock.now() - timedelta(minutes=6)


def test_a_worker_that_begins_compares_soon(cast: Cast, provider: responses.RequestsMock) -> None:
    journals(provider, [])
    reconcile(cast)
    reconciliation.after_downtime(SETTLE)
    assert cast.instance_id not in reconciliation.due(clock.now())
    assert cast.instance_id in reconciliation.due(clock.now() + SETTLE)
