"""The numbers behind every live update (D8, D9)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.extensions import db
from inbox.models import Change, Conversation, Hotel
from inbox.services import changes
from inbox.services.transaction import transaction
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def test_the_difference_names_what_moved(cast: Cast, guest_writes: Writes) -> None:
    start = changes.head(cast.hotel_id)
    conversation = guest_writes("A1")
    found = changes.since(cast.hotel_id, start)
    assert found.head == start + 1
    assert found.conversation_ids == [conversation.id]
    assert len(found.message_ids) == 1
    assert not found.too_old


def test_nothing_new_is_an_empty_difference(cast: Cast, guest_writes: Writes) -> None:
    guest_writes("A1")
    head = changes.head(cast.hotel_id)
    found = changes.since(cast.hotel_id, head)
    assert (found.head, found.conversation_ids, found.too_old) == (head, [], False)


def test_a_cursor_from_the_future_reloads(cast: Cast) -> None:
    assert changes.since(cast.hotel_id, changes.head(cast.hotel_id) + 1).too_old


def test_a_gap_that_was_forgotten_reloads(cast: Cast, guest_writes: Writes) -> None:
    start = changes.head(cast.hotel_id)
    guest_writes("A1")
    assert changes.forget_before(clock.now() + timedelta(seconds=1)) >= 1
    guest_writes("A2")
    assert changes.since(cast.hotel_id, start).too_old


def test_more_than_a_browser_should_fetch_reloads(
    cast: Cast, guest_writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST", 2)
    start = changes.head(cast.hotel_id)
    for number in range(3):
        guest_writes(f"A{number}")
    assert changes.since(cast.hotel_id, start).too_old


def test_a_transaction_that_fails_takes_no_number(cast: Cast) -> None:
    before = changes.head(cast.hotel_id)

    def fails() -> None:
        with transaction() as work:
            work.changed(cast.hotel_id, "line")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fails()
    assert changes.head(cast.hotel_id) == before
    assert db.session.scalars(select(Change).where(Change.seq > before)).all() == []


def test_one_transaction_does_not_stand_inside_another(cast: Cast) -> None:
    with transaction(), pytest.raises(RuntimeError, match="inside"), transaction():
        pass


def test_a_change_said_twice_takes_one_number(cast: Cast) -> None:
    before = changes.head(cast.hotel_id)
    with transaction() as work:
        work.changed(cast.hotel_id, "line")
        work.changed(cast.hotel_id, "line")
    assert changes.head(cast.hotel_id) == before + 1
    assert db.session.get_one(Hotel, cast.other_hotel_id).change_seq >= 0
