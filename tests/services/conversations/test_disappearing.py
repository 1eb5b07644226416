"""Chats whose messages disappear are found out and told (P7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import responses
from sqlalchemy import update

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Instance
from inbox.services import changes
from inbox.services.conversations import disappearing
from tests.cast.desk import talk
from tests.cast.people import Cast
from tests.cast.provider import answers

Writes = Callable[..., Conversation]
ON = {"chatId": "447700900318@c.us", "isDisappearing": True, "messageExpiration": 604_800}
OFF = {"chatId": "447700900318@c.us", "isDisappearing": False, "messageExpiration": 0}


def writes_now(guest_writes: Writes, id_message: str) -> Conversation:
    return guest_writes(id_message, timestamp=int(clock.now().timestamp()))


def put_off(conversation: Conversation, by: timedelta) -> None:
    """As if all of it had happened so much earlier."""
    now = talk(conversation.id)
    assert now.look_at
    assert now.last_inbound_at
    db.session.execute(
        update(Conversation).values(
            look_at=now.look_at - by, last_inbound_at=now.last_inbound_at - by
        )
    )
    db.session.commit()


def test_who_writes_is_looked_at_and_the_desk_is_told_of_a_change_only(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = writes_now(guest_writes, "A1")
    assert disappearing.due(clock.now()) == [conversation.id]
    answers(provider, "getContactInfo", ON)
    before = changes.head(cast.hotel_id)
    disappearing.look(conversation.id)
    disappearing.look(conversation.id)
    assert len(provider.calls) == 1
    assert talk(conversation.id).disappearing_since
    assert changes.head(cast.hotel_id) == before + 1
    assert disappearing.due(clock.now()) == []


def test_it_is_looked_at_daily_while_the_guest_writes_and_off_again_is_off(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = writes_now(guest_writes, "A1")
    answers(provider, "getContactInfo", ON)
    disappearing.look(conversation.id)
    put_off(conversation, timedelta(days=1))
    writes_now(guest_writes, "A2")
    provider.reset()
    answers(provider, "getContactInfo", OFF)
    assert disappearing.due(clock.now()) == [conversation.id]
    disappearing.look(conversation.id)
    assert talk(conversation.id).disappearing_since is None


def test_who_is_silent_is_asked_about_again_only_when_they_write(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = writes_now(guest_writes, "A1")
    answers(provider, "getContactInfo", OFF)
    disappearing.look(conversation.id)
    put_off(conversation, timedelta(days=2))
    disappearing.look(conversation.id)
    assert len(provider.calls) == 1
    assert talk(conversation.id).look_at is None
    writes_now(guest_writes, "A2")
    assert disappearing.due(clock.now()) == [conversation.id]


@pytest.mark.parametrize(
    ("status", "wait"),
    [(429, disappearing.SOON), (500, disappearing.SOON), (400, disappearing.AGAIN)],
)
def test_a_refusal_puts_it_off_raises_nothing_and_changes_nothing(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    status: int,
    wait: timedelta,
) -> None:
    conversation = writes_now(guest_writes, "A1")
    answers(provider, "getContactInfo", {"message": "no"}, status)
    disappearing.look(conversation.id)
    again = talk(conversation.id).look_at
    assert again
    assert timedelta(minutes=-1) < again - clock.now() - wait < timedelta(minutes=1)
    assert talk(conversation.id).disappearing_since is None


def test_a_number_is_asked_about_one_chat_at_a_time_and_a_paused_one_about_none(
    cast: Cast, guest_writes: Writes
) -> None:
    first = guest_writes("A1")
    guest_writes("A2", chat_id="34600123456@c.us")
    assert disappearing.due(clock.now()) == [first.id]
    db.session.execute(update(Instance).values(pause_reason="not_authorized"))
    db.session.commit()
    assert disappearing.due(clock.now()) == []


def test_groups_are_not_asked_about(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1", chat_id="120363043968066561@g.us")
    assert disappearing.due(clock.now()) == []
