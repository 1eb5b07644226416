"""A line that says it is connected and hears nothing: noticed, proved, restarted once, told."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.config import SendTimings
from inbox.extensions import db
from inbox.models import Conversation, Incident, Instance, LedgerHour, Message
from inbox.services import sweep
from inbox.services.intake import receiving, silence
from inbox.services.lines import incidents, line
from inbox.services.outbox import sending
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.journals import answered, compare_again, journals, seconds_ago, wrote
from tests.cast.people import Cast
from tests.cast.provider import answers, url
from tests.cast.statements import counted

SETTLE = timedelta(seconds=150)
PATIENCE = SendTimings(lease=timedelta(seconds=60), settle=SETTLE)
HOUR = timedelta(hours=1)
Writes = Callable[..., Conversation]


@pytest.fixture
def busy(cast: Cast) -> None:
    """For two weeks ten guests wrote every hour; nobody has for the last three hours."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction() as work:
        for n in range(1, 14 * 24):
            work.session.add(
                LedgerHour(
                    instance_id=cast.instance_id,
                    hotel_id=cast.hotel_id,
                    hour=now - n * HOUR,
                    messages=10,
                )
            )
    silent_for(cast, 3 * HOUR)


def silent_for(cast: Cast, how_long: timedelta) -> None:
    at = clock.now() - how_long
    change(
        cast,
        state="authorized",
        state_since=at - timedelta(days=9),
        created_at=at - timedelta(days=9),
        last_inbound_at=at,
        last_event_at=at,
    )
    compare_again(cast.instance_id)


def change(cast: Cast, **values: Any) -> None:
    with transaction() as work:
        work.session.execute(
            update(Instance).where(Instance.id == cast.instance_id).values(**values)
        )


def books(
    mock: responses.RequestsMock, state: str = "authorized", webhooks: int = 0, sends: int = 0
) -> None:
    mock.upsert(responses.GET, url("getStateInstance"), json={"stateInstance": state})
    mock.upsert(responses.GET, url("getWebhooksCount"), json={"count": webhooks})
    mock.upsert(responses.GET, url("getMessagesCount"), json={"count": sends})
    mock.upsert(responses.GET, url("reboot"), json={"isReboot": True})


def asked(mock: responses.RequestsMock, method: str) -> int:
    return sum(f"/{method}/" in (call.request.url or "") for call in mock.calls)


def look(cast: Cast) -> None:
    compare_again(cast.instance_id)
    change(cast, probe_at=None, state_asked_at=None)
    silence.look(cast.instance_id, SETTLE)


def look_twice(cast: Cast) -> None:
    """And a minute and a half pass in between."""
    look(cast)
    seen = row(cast).gap_since
    assert seen is not None
    change(cast, gap_since=seen - timedelta(seconds=90))
    look(cast)


def incident(cast: Cast, kind: str = "silent") -> Incident | None:
    db.session.rollback()
    found = [one for one in incidents.of_hotel(cast.hotel_id) if one.kind == kind]
    return found[0] if found else None


def row(cast: Cast) -> Instance:
    db.session.rollback()
    return db.session.get_one(Instance, cast.instance_id)


def test_a_usual_silence_asks_nobody(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    silent_for(cast, timedelta(minutes=2))
    look(cast)
    assert len(provider.calls) == 0
    probe_at = row(cast).probe_at
    assert probe_at is not None
    assert timedelta(minutes=10) < probe_at - clock.now() < timedelta(minutes=45)


def test_an_unusual_silence_is_asked_about_and_alone_proves_nothing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    journals(provider)
    look(cast)
    assert asked(provider, "getStateInstance") == 1
    assert asked(provider, "reboot") == 0
    assert incident(cast) is None


def test_it_is_not_asked_again_for_minutes(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    journals(provider)
    look(cast)
    for _ in range(5):
        silence.look(cast.instance_id, SETTLE)
    assert asked(provider, "getStateInstance") == 1
    assert cast.instance_id not in silence.due(clock.now())
    assert cast.instance_id in silence.due(clock.now() + silence.PROBE_EVERY)


def test_messages_in_the_journal_alone_prove_it(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    journals(provider, [wrote("A1", ago=3600)])
    look(cast)
    assert db.session.scalars(select(Message.recovered)).all() == [True]
    found = incident(cast)
    assert found is not None
    assert incidents.moment(found, "since") == row(cast).last_event_at
    assert asked(provider, "reboot") == 1
    (health,) = line.health(cast.hotel_id)
    assert health.level == "bad"
    assert "Lobby restarted it at" in health.words
    assert len(health.notices) == 1  # and one message was recovered


def test_a_queue_that_nobody_delivers_proves_it(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    journals(provider)
    look_twice(cast)
    found = incident(cast)
    assert found is not None
    assert found.facts["waiting"] == 12
    assert asked(provider, "reboot") == 1


def test_a_notification_that_is_just_on_its_way_proves_nothing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=1)
    journals(provider)
    look(cast)
    assert incident(cast) is None
    probe_at = row(cast).probe_at
    assert probe_at is not None
    assert probe_at < clock.now() + timedelta(minutes=2)
    receiving.receive(cast.instance_id, json.dumps(incoming("A9")).encode())
    look(cast)
    assert incident(cast) is None
    assert asked(provider, "reboot") == 0


def test_it_is_restarted_once_in_six_hours(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    journals(provider)
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
    journals(provider)
    look_twice(cast)
    assert incident(cast) is not None
    assert asked(provider, "reboot") == 0


def test_a_number_that_is_not_linked_is_told_as_such(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, state="notAuthorized", webhooks=12)
    look(cast)
    assert incident(cast) is None
    assert (row(cast).state, row(cast).pause_reason) == ("not_authorized", "not_authorized")
    assert asked(provider, "reboot") == 0


def test_a_number_whose_return_was_not_told_is_found_linked_again(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, state="notAuthorized")
    look(cast)
    books(provider)
    journals(provider, [wrote("A1", ago=600)])
    look(cast)
    assert (row(cast).state, row(cast).pause_reason) == ("authorized", "")
    assert db.session.scalars(select(Message.recovered)).all() == [True]
    assert incident(cast, "recovered") is not None
    assert incident(cast) is None


def test_it_is_over_when_something_comes_by_itself(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    journals(provider)
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
    journals(provider)
    look_twice(cast)
    for state in ("starting", "authorized"):
        body = incoming("") | {"typeWebhook": "stateInstanceChanged", "stateInstance": state}
        receiving.receive(cast.instance_id, json.dumps(body | {"timestamp": state}).encode())
    silence.close_heard(clock.now())
    assert incident(cast) is not None


def test_one_lost_among_others_that_came_is_no_deafness(
    cast: Cast, busy: None, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    guest_writes("A2", timestamp=seconds_ago(300))
    journals(provider, [wrote("A1", ago=900), wrote("A3", ago=800), wrote("A2", ago=300)])
    compare_again(cast.instance_id)
    silence.compare(cast.instance_id, SETTLE)
    assert incident(cast) is None
    assert incident(cast, "recovered") is not None


def test_several_that_nothing_followed_prove_it_in_the_hourly_look_too(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider)
    journals(provider, [wrote("A1", ago=900), wrote("A3", ago=800)])
    compare_again(cast.instance_id)
    silence.compare(cast.instance_id, SETTLE)
    assert incident(cast) is not None
    assert asked(provider, "reboot") == 1


def test_what_was_lost_while_the_number_was_not_linked_is_no_deafness(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    change(cast, state_since=clock.now() - timedelta(minutes=5))
    journals(provider, [wrote("A1", ago=900), wrote("A3", ago=800)])
    compare_again(cast.instance_id)
    silence.compare(cast.instance_id, SETTLE)
    assert incident(cast) is None


def test_a_reply_that_whatsapp_does_not_send_is_seen(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = guest_writes("A1", timestamp=seconds_ago(900))
    silent_for(cast, timedelta(minutes=1))
    answers(provider, "sendMessage", {"idMessage": "B1"})
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Gladly")
    sending.drain(cast.instance_id, PATIENCE)
    books(provider, sends=1)
    journals(provider, [wrote("A1")], [answered("B1", statusMessage="pending", sendByApi=True)])
    look(cast)
    assert incident(cast) is None
    since = clock.now() - timedelta(minutes=30)
    with transaction() as work:
        work.session.execute(
            update(Message).where(Message.id_message == "B1").values(accepted_at=since)
        )
    look(cast)
    (health,) = line.health(cast.hotel_id)
    assert "1 reply has waited there since" in health.words
    assert asked(provider, "reboot") == 1


def test_a_provider_that_says_nothing_proves_nothing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    provider.get(url("getStateInstance"), status=502)
    look(cast)
    assert incident(cast) is None
    books(provider)
    for method in ("getWebhooksCount", "getMessagesCount"):
        provider.upsert(responses.GET, url(method), status=404)
    journals(provider)
    look(cast)
    assert incident(cast) is None


def test_a_new_number_is_asked_for_its_state(cast: Cast, provider: responses.RequestsMock) -> None:
    books(provider)
    journals(provider)
    look(cast)
    assert row(cast).state == "authorized"
    assert row(cast).gap_since is not None


def test_an_idle_sweep_costs_a_handful_of_questions(cast: Cast, busy: None) -> None:
    change(cast, probe_at=clock.now() + HOUR, reconcile_at=clock.now() + HOUR)
    later: datetime = clock.now() + HOUR
    with transaction() as work:
        work.session.execute(update(Instance).values(probe_at=later, reconcile_at=later))
    with counted() as statements:
        sweep.sweep_lines(SETTLE)
    assert len([one for one in statements if one.startswith("SELECT")]) <= 5
    assert not [one for one in statements if one.startswith(("UPDATE", "INSERT"))]
