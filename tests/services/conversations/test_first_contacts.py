"""Writing first to strangers: so many a day, since WhatsApp bans numbers for more."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import responses
from sqlalchemy import select, update

from inbox import clock
from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.models import Conversation, Hotel, Message
from inbox.models.states import Origin
from inbox.services.audit import Program
from inbox.services.conversations import first_contacts
from inbox.services.messages.outgoing import Outgoing, text
from inbox.services.outbox import outbox, sending
from inbox.services.replies import program_messages
from inbox.services.replies.program_messages import Recipient
from inbox.services.transaction import transaction
from tests.cast.desk import LEASE, PATIENCE, claim, free_pace, reply
from tests.cast.people import Cast
from tests.cast.provider import answers
from tests.cast.rows import row

Writes = Callable[..., Conversation]


def write_to(cast: Cast, phone: str) -> int:
    """A program writes to a number that never wrote; the message's id."""
    outgoing = Outgoing(text("Welcome"), Origin.API, Program(1), str(uuid4()))
    return program_messages.send(cast.hotel_id, Recipient(phone=phone), outgoing).message_id


def limit(number: int) -> None:
    with transaction() as work:
        work.session.execute(update(Hotel).values(first_contacts_a_day=number))


def test_above_the_limit_a_first_message_waits_and_says_until_when(cast: Cast) -> None:
    limit(2)
    first, second, third = (write_to(cast, f"3460012300{n}") for n in range(3))
    assert [claim(cast).message_id, claim(cast).message_id] == [first, second]
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None
    held = row(third)
    assert (held.status, held.hold_reason) == ("queued", "first_contact_limit")
    assert held.not_before is not None
    assert timedelta(hours=23) < held.not_before - clock.now() <= timedelta(hours=24)
    assert held.expires_at is not None
    assert held.expires_at > held.not_before


def test_it_goes_when_a_day_has_passed(cast: Cast) -> None:
    limit(1)
    write_to(cast, "34600123001")
    second = write_to(cast, "34600123002")
    claim(cast)
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None
    with transaction() as work:
        long_ago = clock.now() - timedelta(hours=25)
        work.session.execute(
            update(Conversation)
            .where(Conversation.first_contact_at.is_not(None))
            .values(first_contact_at=long_ago)
        )
        work.session.execute(update(Message).values(not_before=None))
    assert claim(cast).message_id == second


def test_a_held_message_holds_up_nobody_else(cast: Cast, guest_writes: Writes) -> None:
    limit(0)
    write_to(cast, "34600123001")
    answer = reply(cast, guest_writes("A1"))
    assert claim(cast).message_id == answer


def test_it_goes_as_soon_as_they_write(cast: Cast, guest_writes: Writes) -> None:
    limit(0)
    held = write_to(cast, "34600123001")
    free_pace()
    assert outbox.claim(cast.instance_id, LEASE) is None
    guest_writes("A1", chat_id="34600123001@c.us")
    assert row(held).hold_reason == ""
    assert claim(cast).message_id == held


def test_the_second_message_to_the_same_person_is_no_first_contact(cast: Cast) -> None:
    limit(1)
    write_to(cast, "34600123001")
    again = write_to(cast, "34600123001")
    first = claim(cast)
    with transaction() as work:
        work.session.execute(
            update(Message).where(Message.id == first.message_id).values(status="sent", rank=4)
        )
    assert claim(cast).message_id == again


def test_somebody_responsible_lets_it_go(cast: Cast) -> None:
    limit(0)
    held = write_to(cast, "34600123001")
    free_pace()
    outbox.claim(cast.instance_id, LEASE)
    first_contacts.waive(cast.hotel_id, held, cast.alice_id)
    assert claim(cast).message_id == held
    with pytest.raises(Conflict):
        first_contacts.waive(cast.hotel_id, held, cast.alice_id)


def test_another_hotel_lets_nothing_of_ours_go(cast: Cast) -> None:
    held = write_to(cast, "34600123001")
    with pytest.raises(NotFound):
        first_contacts.waive(cast.other_hotel_id, held, cast.charlie_id)


def test_a_number_without_whatsapp_is_found_out_before_anything_is_sent(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    answers(provider, "checkWhatsapp", {"existsWhatsapp": False})
    message_id = write_to(cast, "34600123001")
    sending.drain(cast.instance_id, PATIENCE)
    message = row(message_id)
    assert (message.status, message.failure_text) == ("failed", "This number has no WhatsApp.")
    assert len(provider.calls) == 1


def test_a_number_is_checked_once(cast: Cast, provider: responses.RequestsMock) -> None:
    answers(provider, "checkWhatsapp", {"existsWhatsapp": True})
    answers(provider, "sendMessage", {"idMessage": "B1"})
    write_to(cast, "34600123001")
    sending.drain(cast.instance_id, PATIENCE)
    answers(provider, "sendMessage", {"idMessage": "B2"})
    write_to(cast, "34600123001")
    free_pace()
    sending.drain(cast.instance_id, PATIENCE)
    methods = [call.request.url.split("/")[-2] for call in provider.calls if call.request.url]
    assert methods == ["checkWhatsapp", "sendMessage", "sendMessage"]


def test_a_check_that_the_plan_refuses_does_not_stop_the_message(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    used_up = {"invokeStatus": {"method": "checkWhatsapp", "status": "QUOTE_EXCEEDED"}}
    answers(provider, "checkWhatsapp", used_up, status=466)
    answers(provider, "sendMessage", {"idMessage": "B1"})
    message_id = write_to(cast, "34600123001")
    sending.drain(cast.instance_id, PATIENCE)
    assert row(message_id).status == "accepted"


def test_a_check_that_fails_for_now_is_made_again(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    answers(provider, "checkWhatsapp", {}, status=502)
    message_id = write_to(cast, "34600123001")
    sending.drain(cast.instance_id, PATIENCE)
    assert row(message_id).status == "queued"
    assert db.session.scalars(select(Conversation.known_at)).one() is None


def test_who_wrote_is_never_checked(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    answers(provider, "sendMessage", {"idMessage": "B1"})
    reply(cast, guest_writes("A1"))
    sending.drain(cast.instance_id, PATIENCE)
    assert len(provider.calls) == 1
