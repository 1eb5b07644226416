"""Blue ticks for the guest: when the hotel wants them, and never because somebody only looked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import update

from inbox import clock
from inbox.models import Conversation, Hotel
from inbox.services.conversations import conversations, receipts
from inbox.services.transaction import transaction
from tests.cast.desk import reply, talk
from tests.cast.people import Cast
from tests.cast.provider import answers, url

Writes = Callable[..., Conversation]


def wants(choice: str) -> None:
    with transaction() as work:
        work.session.execute(update(Hotel).values(read_receipts=choice))


@pytest.mark.parametrize(
    ("choice", "on_answer", "on_sight"),
    [("answer", True, False), ("seen", True, True), ("never", False, False)],
)
def test_the_hotel_decides_when_a_guest_learns_that_they_were_read(
    cast: Cast, guest_writes: Writes, choice: str, on_answer: bool, on_sight: bool
) -> None:
    wants(choice)
    conversation = guest_writes("A1")
    conversations.mark_seen(cast.hotel_id, conversation.id, cast.alice_id)
    assert (talk(conversation.id).receipt_due_at is not None) == on_sight
    reply(cast, conversation)
    assert (talk(conversation.id).receipt_due_at is not None) == on_answer


def test_the_guest_is_told_once(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    answers(provider, "readChat", {"setRead": True})
    conversation = guest_writes("A1")
    reply(cast, conversation)
    assert receipts.due(clock.now()) == [conversation.id]
    receipts.tell(conversation.id)
    receipts.tell(conversation.id)
    assert len(provider.calls) == 1
    assert receipts.due(clock.now()) == []


def test_a_receipt_that_does_not_get_through_is_tried_again_while_it_is_worth_it(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("readChat"), body=requests.ReadTimeout())
    conversation = guest_writes("A1", timestamp=int(clock.now().timestamp()))
    reply(cast, conversation)
    receipts.tell(conversation.id)
    assert receipts.due(clock.now()) == []
    assert receipts.due(clock.now() + timedelta(minutes=1)) == [conversation.id]


def test_an_old_receipt_is_let_go(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("readChat"), body=requests.ReadTimeout())
    conversation = guest_writes("A1", timestamp=int(clock.now().timestamp()) - 7200)
    reply(cast, conversation)
    receipts.tell(conversation.id)
    assert talk(conversation.id).receipt_due_at is None
