"""The flag of an upset guest: raised by what is new, until a person says otherwise."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from inbox.errors import NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation
from inbox.services.conversations import conversations, sentiment
from inbox.services.intake import receiving
from tests.cast.desk import change
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.readings import ANGRY, FIRE, flag, read
from tests.cast.rows import row_of

Writes = Callable[..., Conversation]


def test_not_upset_is_remembered_until_something_new(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "upset")
    assert flag(conversation) == ("", None)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "conversation.calm")
    ).one()
    assert (entry.actor, entry.detail) == (f"staff:{cast.alice_id}", {"sentiment": "upset"})
    guest_writes("A2", "Thanks")
    read("A2")
    assert flag(conversation) == ("", None)
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation) == ("upset", "A3")


def test_a_calm_word_lowers_nothing(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", "It works now, thank you")
    assert read("A2").label == "happy"
    assert flag(conversation) == ("upset", "A1")


def test_danger_is_louder(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", FIRE)
    assert read("A2").label == "danger"
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation) == ("danger", "A2")


def test_who_saw_upset_does_not_take_down_danger(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", FIRE)
    read("A1")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "upset")
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "nonsense")
    assert flag(conversation)[0] == "danger"
    sentiment.dismiss_flag(cast.hotel_id, conversation.id, cast.alice_id, "danger")
    assert flag(conversation) == ("", None)


def test_the_older_of_two_upset_texts_read_late_is_not_the_reason(
    cast: Cast, guest_writes: Writes
) -> None:
    conversation = guest_writes("A1", ANGRY)
    guest_writes("A2", ANGRY)
    read("A2")
    read("A1")
    assert flag(conversation) == ("upset", "A2")


def test_done_takes_the_flag_down_and_keeps_it_down(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    guest_writes("A2", ANGRY)
    conversations.finish(cast.hotel_id, conversation.id, cast.alice_id)
    assert flag(conversation) == ("", None)
    read("A2")
    assert flag(conversation) == ("", None)
    guest_writes("A3", ANGRY)
    read("A3")
    assert flag(conversation)[0] == "upset"


def test_another_hotel_cannot_say_so(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1", ANGRY)
    read("A1")
    with pytest.raises(NotFound):
        sentiment.dismiss_flag(cast.other_hotel_id, conversation.id, cast.charlie_id)
    assert flag(conversation)[0] == "upset"


@pytest.mark.parametrize("answered", [True, False])
def test_a_recovered_message_raises_only_what_nobody_answered(
    cast: Cast, guest_writes: Writes, answered: bool
) -> None:
    conversation = guest_writes("A1", ANGRY, timestamp=1_763_000_000)
    change(row_of("A1").id, recovered=True)
    if answered:
        reply = incoming(
            "B1", "On our way", typeWebhook="outgoingMessageReceived", timestamp=1_763_000_060
        )
        receiving.receive(cast.instance_id, json.dumps(reply).encode())
    assert read("A1").label == "upset"
    assert flag(conversation)[0] == ("" if answered else "upset")
