"""No evidence ever came: a person decides, and only then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import update

from inbox import clock
from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.models import CHECKS_BEFORE_ASKING, Conversation, Instance, Message
from inbox.services.intake import silence
from inbox.services.messages import outgoing
from inbox.services.outbox import outbox, overdue, sending, settlement, status_checks
from inbox.services.replies import unconfirmed
from inbox.services.transaction import transaction
from tests.cast.clock import Clock
from tests.cast.desk import PATIENCE, claim, free_pace, reply, talk
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.provider import url
from tests.cast.rows import row

Writes = Callable[..., Conversation]


@pytest.fixture
def doubtful(cast: Cast, guest_writes: Writes, provider: responses.RequestsMock) -> int:
    """A reply whose call broke off, and a journal that stays silent."""
    provider.add(responses.POST, url("sendMessage"), body=requests.ReadTimeout())
    provider.add(responses.GET, url("lastOutgoingMessages"), status=502)
    message_id = reply(cast, guest_writes("A1"), "On our way")
    sending.drain(cast.instance_id, PATIENCE)
    for _ in range(CHECKS_BEFORE_ASKING):
        with transaction() as work:
            work.session.execute(update(Message).values(check_at=clock.now()))
            work.session.execute(update(Instance).values(journal_read_at=None))
        settlement.settle(cast.instance_id)
    return message_id


def test_a_silent_journal_leads_to_a_question_and_never_to_a_second_send(
    cast: Cast, doubtful: int, provider: responses.RequestsMock
) -> None:
    assert row(doubtful).awaits_decision
    free_pace()
    assert sending.drain(cast.instance_id, PATIENCE) == 0
    sends = [call for call in provider.calls if "sendMessage" in str(call.request.url)]
    assert len(sends) == 1


def test_nobody_is_asked_while_the_evidence_may_still_come(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("sendMessage"), body=requests.ReadTimeout())
    message_id = reply(cast, guest_writes("A1"))
    sending.drain(cast.instance_id, PATIENCE)
    assert not row(message_id).awaits_decision
    with pytest.raises(Conflict):
        unconfirmed.send_again(cast.hotel_id, message_id, cast.alice_id)


def test_it_can_be_checked_again(cast: Cast, doubtful: int) -> None:
    unconfirmed.check_again(cast.hotel_id, doubtful, cast.alice_id)
    assert settlement.due(clock.now()) == [cast.instance_id]
    assert not row(doubtful).awaits_decision


def test_it_arrived_so_the_chat_moves_on(
    cast: Cast, doubtful: int, provider: responses.RequestsMock
) -> None:
    second = reply(cast, row_talk(doubtful), "Anything else?")
    unconfirmed.arrived(cast.hotel_id, doubtful, cast.alice_id)
    assert (row(doubtful).status, row(doubtful).failure_code) == ("accepted", unconfirmed.CONFIRMED)
    assert row(doubtful).confirmed_by_id == cast.alice_id
    assert claim(cast).message_id == second


def test_an_echo_that_comes_after_all_is_the_message_that_was_confirmed(
    cast: Cast, guest_writes: Writes, doubtful: int
) -> None:
    unconfirmed.arrived(cast.hotel_id, doubtful, cast.alice_id)
    body = incoming("BAE5", "On our way") | {"typeWebhook": "outgoingAPIMessageReceived"}
    guest_writes("BAE5", **{k: v for k, v in body.items() if k == "typeWebhook"}, text="On our way")
    assert row(doubtful).id_message == "BAE5"


def test_it_did_not_arrive_so_it_goes_out_again_in_its_old_place(cast: Cast, doubtful: int) -> None:
    reply(cast, row_talk(doubtful), "Anything else?")
    unconfirmed.send_again(cast.hotel_id, doubtful, cast.alice_id)
    again = claim(cast)
    assert again.message_id == doubtful
    assert row(doubtful).attempts == 2


def test_who_decides_the_next_morning_still_sends_it(
    cast: Cast, doubtful: int, watch: Clock
) -> None:
    watch.time += outgoing.lifetime(row(doubtful)) + timedelta(hours=2)
    unconfirmed.send_again(cast.hotel_id, doubtful, cast.alice_id)
    outbox.expire_old(watch.time)
    free_pace()
    assert claim(cast).message_id == doubtful


def test_who_is_confirmed_for_is_not_called_late_and_never_makes_a_number_look_stuck(
    cast: Cast, doubtful: int, watch: Clock
) -> None:
    unconfirmed.arrived(cast.hotel_id, doubtful, cast.alice_id)
    watch.time += timedelta(minutes=11)
    with transaction() as work:
        work.session.execute(update(Conversation).values(last_inbound_at=watch.time))
        work.session.execute(
            update(Instance).values(
                state="authorized", state_asked_at=None, last_inbound_at=watch.time, probe_at=None
            )
        )
    assert overdue.notice(watch.time) == 0
    assert status_checks.schedule(watch.time) == 0
    silence.look(cast.instance_id, PATIENCE.settle)
    assert db.session.get_one(Instance, cast.instance_id).state_asked_at is None


def test_two_people_decide_once(cast: Cast, doubtful: int) -> None:
    unconfirmed.arrived(cast.hotel_id, doubtful, cast.alice_id)
    with pytest.raises(Conflict):
        unconfirmed.send_again(cast.hotel_id, doubtful, cast.bob_id)


def test_another_hotel_decides_nothing(cast: Cast, doubtful: int) -> None:
    with pytest.raises(NotFound):
        unconfirmed.arrived(cast.other_hotel_id, doubtful, cast.charlie_id)


def row_talk(message_id: int) -> Conversation:
    return talk(row(message_id).conversation_id)
