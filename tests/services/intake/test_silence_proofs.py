"""What proves that a line hears nothing, and what does not."""

import json
from collections.abc import Callable
from datetime import timedelta

import responses
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Message
from inbox.services.intake import receiving
from inbox.services.lines import incidents, line
from inbox.services.outbox import sending
from tests.cast import desk
from tests.cast.guest import incoming
from tests.cast.journals import answered, journals, seconds_ago, wrote
from tests.cast.people import Cast
from tests.cast.provider import answers, url
from tests.cast.rows import instance, row_of
from tests.cast.silence import asked, books, change, compare, incident, look, look_twice, silent_for

Writes = Callable[..., Conversation]


def test_messages_in_the_journal_alone_prove_it(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, [wrote("A1", ago=3600)])
    look(cast)
    assert db.session.scalars(select(Message.recovered)).all() == [True]
    found = incident(cast)
    assert found is not None
    assert incidents.moment(found, "since") == instance(cast).last_event_at
    assert asked(provider, "reboot") == 1
    (health,) = line.health(cast.hotel_id)
    assert health.level == "bad"
    assert "Lobby restarted it at" in health.words
    assert len(health.notices) == 1  # and one message was recovered


def test_a_queue_that_nobody_delivers_proves_it(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=12)
    look_twice(cast)
    found = incident(cast)
    assert found is not None
    assert found.facts["waiting"] == 12
    assert asked(provider, "reboot") == 1


def test_a_notification_that_is_just_on_its_way_proves_nothing(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, webhooks=1)
    look(cast)
    assert incident(cast) is None
    probe_at = instance(cast).probe_at
    assert probe_at is not None
    assert probe_at < clock.now() + timedelta(minutes=2)
    receiving.receive(cast.instance_id, json.dumps(incoming("A9")).encode())
    look(cast)
    assert incident(cast) is None
    assert asked(provider, "reboot") == 0


def test_one_lost_among_others_that_came_is_no_deafness(
    cast: Cast, busy: None, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    guest_writes("A2", timestamp=seconds_ago(300))
    journals(provider, [wrote("A1", ago=900), wrote("A3", ago=800), wrote("A2", ago=300)])
    compare(cast)
    assert incident(cast) is None
    assert incident(cast, "recovered") is not None


def test_several_that_nothing_followed_prove_it_in_the_hourly_look_too(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    books(provider, [wrote("A1", ago=900), wrote("A3", ago=800)])
    compare(cast)
    assert incident(cast) is not None
    assert asked(provider, "reboot") == 1


def test_what_was_lost_while_the_number_was_not_linked_is_no_deafness(
    cast: Cast, busy: None, provider: responses.RequestsMock
) -> None:
    change(cast, state_since=clock.now() - timedelta(minutes=5))
    journals(provider, [wrote("A1", ago=900), wrote("A3", ago=800)])
    compare(cast)
    assert incident(cast) is None


def test_a_reply_that_whatsapp_does_not_send_is_seen(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = guest_writes("A1", timestamp=seconds_ago(900))
    silent_for(cast, timedelta(minutes=1))
    answers(provider, "sendMessage", {"idMessage": "B1"})
    desk.reply(cast, conversation)
    sending.drain(cast.instance_id, desk.PATIENCE)
    pending = answered("B1", statusMessage="pending", sendByApi=True)
    books(provider, [wrote("A1")], [pending], sends=1)
    look(cast)
    assert incident(cast) is None
    desk.change(row_of("B1").id, accepted_at=clock.now() - timedelta(minutes=30))
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
    look(cast)
    assert incident(cast) is None
