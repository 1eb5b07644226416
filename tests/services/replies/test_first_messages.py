"""Writing first to a number: checked, once, and never beside a conversation that exists."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests
import responses
from flask import Flask
from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Guest, Hotel, Instance, Message
from inbox.models.states import Origin
from inbox.services.lines import instances
from inbox.services.messages.outgoing import Outgoing
from inbox.services.outbox import outbox, sending
from inbox.services.replies import first_messages
from inbox.services.replies.first_messages import FirstMessage, Started
from inbox.services.transaction import transaction
from tests.cast.desk import LEASE, PATIENCE, free_pace
from tests.cast.people import API_URL, Cast
from tests.cast.provider import answers, url
from tests.cast.rows import count

Writes = Callable[..., Conversation]
NUMBER, CHAT = "+44 7700 900318", "447700900318@c.us"
HERE: dict[str, Any] = {"existsWhatsapp": True, "chatId": CHAT, "phoneNumber": CHAT}


def first_message(
    staff_id: int,
    phone: str = NUMBER,
    body: str = "Your room is ready",
    client_ref: str | None = None,
    **more: Any,
) -> FirstMessage:
    ref = str(uuid4()) if client_ref is None else client_ref
    return FirstMessage(phone, Outgoing(body, Origin.DESK, staff_id, ref), **more)


def introduce(cast: Cast, phone: str = NUMBER, **more: Any) -> Started:
    return first_messages.introduce(cast.hotel_id, first_message(cast.bob_id, phone, **more))


def asked(provider: responses.RequestsMock) -> int:
    return len([call for call in provider.calls if "checkWhatsapp" in str(call.request.url)])


def test_a_number_that_is_there_gets_the_message(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    answers(provider, "checkWhatsapp", HERE)
    done = introduce(cast, name="  Lucía \0 Santos ")
    assert (done.is_sent, done.is_checked) == (True, True)
    db.session.rollback()
    conversation = db.session.get_one(Conversation, done.conversation_id)
    assert (conversation.chat_id, conversation.last_preview) == (CHAT, "Your room is ready")
    assert conversation.known_at is not None
    assert conversation.waiting_since is None
    assert db.session.get_one(Guest, conversation.guest_id).name == "Lucía Santos"
    free_pace()
    claim = outbox.claim(cast.instance_id, LEASE)
    assert claim is not None
    assert not claim.is_unchecked
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "conversation.begin" in actions


def test_a_number_without_whatsapp_is_said_and_nothing_is_made(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    answers(provider, "checkWhatsapp", {"existsWhatsapp": False})
    with pytest.raises(Invalid) as caught:
        introduce(cast)
    assert caught.value.fields == {"phone": "This number has no WhatsApp."}
    assert [count(table) for table in (Conversation, Guest, Message)] == [0, 0, 0]


@pytest.mark.parametrize("status", [429, 466, 500, 401])
def test_what_cannot_be_checked_is_checked_when_it_goes(
    cast: Cast, provider: responses.RequestsMock, status: int
) -> None:
    provider.add(responses.POST, url("checkWhatsapp"), status=status)
    done = introduce(cast)
    assert (done.is_sent, done.is_checked) == (True, False)
    provider.replace(responses.POST, url("checkWhatsapp"), json={"existsWhatsapp": False})
    free_pace()
    sending.drain(cast.instance_id, PATIENCE)
    db.session.rollback()
    message = db.session.scalars(select(Message)).one()
    assert (message.status, message.failure_text) == ("failed", "This number has no WhatsApp.")


def test_a_slow_answer_is_not_waited_for(cast: Cast, provider: responses.RequestsMock) -> None:
    provider.add(responses.POST, url("checkWhatsapp"), body=requests.ReadTimeout())
    assert not introduce(cast).is_checked
    assert first_messages.PATIENCE.read < 5


@pytest.mark.parametrize("column", ["pause_reason", "paused_until"])
def test_a_line_that_rests_is_not_asked(
    cast: Cast, provider: responses.RequestsMock, column: str
) -> None:
    values = {"pause_reason": "not_authorized", "paused_until": clock.now() + LEASE}
    with transaction() as work:
        instance = work.session.get_one(Instance, cast.instance_id)
        setattr(instance, column, values[column])
    done = introduce(cast)
    assert (done.is_sent, done.is_checked) == (True, False)
    assert asked(provider) == 0


def test_an_impossible_number_is_said_in_whatsapps_words(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("checkWhatsapp"), status=400, body="bad phone number, valid")
    with pytest.raises(Invalid) as caught:
        introduce(cast)
    assert "not valid" in caught.value.fields["phone"]


def test_no_transaction_is_open_while_whatsapp_is_asked(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    seen = []

    def answer(_: Any) -> tuple[int, dict[str, str], str]:
        seen.append(db.session().in_transaction())
        return 200, {}, '{"existsWhatsapp": true}'

    provider.add_callback(responses.POST, url("checkWhatsapp"), answer)
    introduce(cast)
    assert seen == [False]


def test_a_double_click_is_one_message(cast: Cast, provider: responses.RequestsMock) -> None:
    answers(provider, "checkWhatsapp", HERE)
    first = introduce(cast, client_ref="the-click")
    assert introduce(cast, client_ref="the-click") == first
    assert count(Message) == 1
    assert asked(provider) == 1


def test_many_at_once_are_one_conversation(
    app: Flask, cast: Cast, provider: responses.RequestsMock
) -> None:
    answers(provider, "checkWhatsapp", HERE)

    def press(number: int) -> Started:
        with app.app_context():
            return introduce(cast, client_ref=f"click-{number % 3}")

    with ThreadPoolExecutor(6) as pool:
        led_to = {done.conversation_id for done in pool.map(press, range(6))}
    assert led_to == {db.session.scalars(select(Conversation.id)).one()}
    assert count(Guest) == 1
    assert count(Message) <= 3


def test_a_known_number_leads_to_its_conversation_and_nothing_is_sent(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    known = guest_writes("A1").id
    assert introduce(cast) == Started(known, is_sent=False, is_checked=True)
    assert asked(provider) == 0
    assert count(Message) == 1


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("5215512345678@c.us", "+52 55 1234 5678"),
        ("541112345678@c.us", "+54 9 11 1234 5678"),
        ("551198765432@c.us", "+55 11 99876 5432"),
    ],
)
def test_a_number_is_known_by_its_other_spelling(
    cast: Cast,
    guest_writes: Writes,
    provider: responses.RequestsMock,
    stored: str,
    typed: str,
) -> None:
    known = guest_writes("A1", chat_id=stored).id
    assert introduce(cast, typed).conversation_id == known


def test_a_guest_who_hides_their_number_is_known_when_whatsapp_says_who_it_is(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    hidden = guest_writes("A1", chat_id="26440190443@lid").id
    answers(provider, "checkWhatsapp", {**HERE, "chatId": "26440190443@lid"})
    assert introduce(cast) == Started(hidden, is_sent=False, is_checked=True)


def test_whatsapps_own_spelling_is_the_address(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    told = "5215512345678@c.us"
    answers(provider, "checkWhatsapp", {"existsWhatsapp": True, "phoneNumber": told})
    done = introduce(cast, "+52 55 1234 5678")
    assert db.session.get_one(Conversation, done.conversation_id).chat_id == told


def test_all_that_is_wrong_is_said_at_once(cast: Cast, provider: responses.RequestsMock) -> None:
    instances.add("grand-plaza", instances.Access(1101000009, "0" * 50, api_url=API_URL))
    with pytest.raises(Invalid) as caught:
        introduce(cast, "600 123", body=" ")
    assert set(caught.value.fields) == {"phone", "body", "instance"}
    assert "country code" in caught.value.fields["phone"]
    assert asked(provider) == 0


def test_another_hotels_number_cannot_write(cast: Cast, provider: responses.RequestsMock) -> None:
    with pytest.raises(Invalid) as caught:
        introduce(cast, instance_id=cast.other_instance_id)
    assert set(caught.value.fields) == {"instance"}


def test_another_hotels_conversation_is_not_known_here(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    guest_writes("A1")
    provider.add(responses.POST, url("checkWhatsapp", 1101000002), json=HERE)
    there = first_messages.introduce(cast.other_hotel_id, first_message(cast.charlie_id))
    assert there.is_sent
    talk = db.session.get_one(Conversation, there.conversation_id)
    assert talk.hotel_id == cast.other_hotel_id


def test_the_conversation_with_the_chosen_number_comes_first(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    """A guest who is known at the reception is not written to a second time by the spa."""
    spa = instances.add(
        "grand-plaza", instances.Access(1101000009, "0" * 50, api_url=API_URL)
    ).instance.id
    known = guest_writes("A1").id
    assert introduce(cast, instance_id=spa).conversation_id == known


def test_a_hotel_without_a_number_says_so(cast: Cast) -> None:
    with transaction() as work:
        hotel = Hotel(slug="empty", name="Empty", timezone="UTC", created_at=clock.now())
        work.session.add(hotel)
        work.session.flush()
        hotel_id = hotel.id
    with pytest.raises(Conflict):
        first_messages.introduce(hotel_id, first_message(cast.bob_id))


def test_beyond_the_hotels_limit_the_message_waits(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    with transaction() as work:
        work.session.get_one(Hotel, cast.hotel_id).first_contacts_a_day = 0
    answers(provider, "checkWhatsapp", HERE)
    introduce(cast)
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None
    db.session.rollback()
    assert db.session.scalars(select(Message.hold_reason)).one() == "first_contact_limit"


def test_without_a_country_code_the_hotels_country_is_meant(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    with transaction() as work:
        work.session.get_one(Instance, cast.instance_id).wid = "34910000001@c.us"
    provider.add(responses.POST, url("checkWhatsapp"), json={"existsWhatsapp": True})
    done = introduce(cast, "600 123 456")
    talk = db.session.get_one(Conversation, done.conversation_id)
    assert talk.chat_id == "34600123456@c.us"


def test_a_second_click_while_the_first_is_asked_about_leads_to_what_was_sent(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    """Told that nothing was sent, somebody would send the text in the box once more."""
    clicks: list[Started | None] = []

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        if not clicks:
            clicks.append(None)
            clicks[0] = introduce(cast, client_ref="the-click")
        return 200, {}, json.dumps(HERE)

    provider.add_callback(responses.POST, url("checkWhatsapp"), answer)
    assert introduce(cast, client_ref="the-click") == clicks[0]
    assert count(Message) == 1
