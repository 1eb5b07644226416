"""Editing and deleting what went out: as long as WhatsApp allows, told until it is done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid, NotFound
from inbox.extensions import db
from inbox.models import Conversation, Correction, Revision
from inbox.services.messages import corrections
from tests.cast.chat import Chat
from tests.cast.desk import accepted, change, reply, talk
from tests.cast.people import Cast
from tests.cast.provider import answers, url
from tests.cast.rows import row

Writes = Callable[..., Conversation]


@pytest.fixture
def sent(cast: Cast, guest_writes: Writes) -> int:
    """A reply that Green API has."""
    return accepted(cast, guest_writes("A1"), "B1", "Breakfast is at 7")


def correction() -> Correction:
    db.session.rollback()
    return db.session.scalars(select(Correction).order_by(Correction.id.desc())).first()  # type: ignore[return-value]


def test_an_edit_reaches_the_guest_and_keeps_the_old_text(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    answers(provider, "editMessage", {"idMessage": "E1"})
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    assert row(sent).body == "Breakfast is at 7"
    corrections.carry_out(correction().id)
    assert row(sent).body == "Breakfast is at 8"
    assert correction().state == "done"
    assert db.session.scalars(select(Revision.body)).all() == ["Breakfast is at 7"]
    assert talk(row(sent).conversation_id).last_preview == "Breakfast is at 8"


def test_a_deletion_reaches_the_guest_and_the_text_is_kept(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("deleteMessage"), status=200)
    corrections.delete(cast.hotel_id, sent, cast.alice_id)
    corrections.carry_out(correction().id)
    assert row(sent).deleted_at is not None
    assert row(sent).body == "Breakfast is at 7"


def test_told_twice_is_done_once(cast: Cast, sent: int, provider: responses.RequestsMock) -> None:
    answers(provider, "editMessage", {"idMessage": "E1"})
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    corrections.carry_out(correction().id)
    corrections.carry_out(correction().id)
    assert len(provider.calls) == 1


def test_a_call_that_breaks_off_is_made_again(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    provider.add(responses.POST, url("editMessage"), body=requests.ReadTimeout())
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    corrections.carry_out(correction().id)
    assert correction().state == "waiting"
    assert corrections.due(clock.now() + timedelta(minutes=1)) == [correction().id]


def test_a_refusal_is_told_and_the_text_stays(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    answers(provider, "editMessage", {"message": "ID message notfound"}, status=400)
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    corrections.carry_out(correction().id)
    assert (correction().state, correction().failure_text) == ("failed", corrections.NOT_DONE)
    assert row(sent).body == "Breakfast is at 7"


def test_the_latest_wish_counts(cast: Cast, sent: int, provider: responses.RequestsMock) -> None:
    answers(provider, "editMessage", {"idMessage": "E1"})
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "at 8")
    first = correction().id
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "at 9")
    corrections.carry_out(first)
    assert len(provider.calls) == 0
    corrections.carry_out(correction().id)
    assert row(sent).body == "at 9"


def test_too_late_is_said_in_words(cast: Cast, sent: int) -> None:
    change(sent, accepted_at=clock.now() - timedelta(minutes=16))
    with pytest.raises(Conflict, match="15 minutes"):
        corrections.edit(cast.hotel_id, sent, cast.alice_id, "at 8")
    change(sent, accepted_at=clock.now() - timedelta(days=3))
    with pytest.raises(Conflict, match="two days"):
        corrections.delete(cast.hotel_id, sent, cast.alice_id)


def test_what_was_not_sent_is_not_edited_there(cast: Cast, guest_writes: Writes) -> None:
    waiting = reply(cast, guest_writes("A1"))
    with pytest.raises(Conflict, match="not sent yet"):
        corrections.edit(cast.hotel_id, waiting, cast.alice_id, "at 8")


def test_a_guests_words_are_never_changed(cast: Cast, guest_writes: Writes) -> None:
    conversation = guest_writes("A1")
    assert conversation.last_message_id is not None
    with pytest.raises(Conflict):
        corrections.edit(cast.hotel_id, conversation.last_message_id, cast.alice_id, "Sold")


def test_an_empty_edit_is_refused(cast: Cast, sent: int) -> None:
    with pytest.raises(Invalid):
        corrections.edit(cast.hotel_id, sent, cast.alice_id, "  ")


def test_another_hotels_message_is_not_found(cast: Cast, sent: int) -> None:
    with pytest.raises(NotFound):
        corrections.delete(cast.other_hotel_id, sent, cast.charlie_id)


def test_an_edit_that_whatsapp_refuses_later_is_taken_back(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    answers(provider, "editMessage", {"idMessage": "E1"})
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    corrections.carry_out(correction().id)
    assert Chat(cast).take(Chat(cast).status("E1", "failed", 700)) == "applied"
    assert (row(sent).body, row(sent).edited_at) == ("Breakfast is at 7", None)
    assert (correction().state, correction().failure_text) == ("failed", corrections.NOT_DONE)
    assert row(sent).status == "accepted"


def test_the_ticks_of_an_edit_are_no_riddle(
    cast: Cast, sent: int, provider: responses.RequestsMock
) -> None:
    answers(provider, "editMessage", {"idMessage": "E1"})
    corrections.edit(cast.hotel_id, sent, cast.alice_id, "Breakfast is at 8")
    corrections.carry_out(correction().id)
    assert Chat(cast).take(Chat(cast).status("E1", "delivered", 700)) == "applied"
    assert row(sent).body == "Breakfast is at 8"
