"""How a hotel sends: changed by its managers, checked, and told to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from inbox import clock
from inbox.errors import Invalid, NotFound
from inbox.extensions import db
from inbox.models import AuditEntry, Conversation, Hotel, Instance, Message
from inbox.services import changes
from inbox.services.replies import sending_limits
from inbox.services.replies.sending_limits import SendingLimits
from inbox.services.transaction import transaction
from tests.cast import desk
from tests.cast.people import Cast


def now_of(cast: Cast) -> tuple[int, str, int]:
    db.session.rollback()
    hotel = db.session.get_one(Hotel, cast.hotel_id)
    interval = db.session.get_one(Instance, cast.instance_id).send_interval_ms
    return hotel.first_contacts_a_day, hotel.read_receipts, interval


def change(cast: Cast, rules: SendingLimits) -> None:
    db.session.rollback()
    sending_limits.change(cast.hotel_id, f"staff:{cast.alice_id}", rules)


def test_what_is_given_changes_is_noted_and_the_rest_stays(cast: Cast) -> None:
    before = changes.head(cast.hotel_id)
    change(cast, SendingLimits(first_contacts_a_day=5, intervals={cast.instance_id: 500}))
    assert now_of(cast) == (5, "answer", 500)
    assert changes.since(cast.hotel_id, before).line_changed
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "hotel.rules")).one()
    assert entry.detail["changed"] == {
        f"interval_of_{cast.instance_id}": 500,
        "first_contacts_a_day": 5,
    }


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    before = changes.head(cast.hotel_id)
    change(cast, SendingLimits(*now_of(cast)[:2], intervals={cast.instance_id: now_of(cast)[2]}))
    assert changes.head(cast.hotel_id) == before


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (SendingLimits(first_contacts_a_day=-1), "first_contacts_a_day"),
        (SendingLimits(first_contacts_a_day=1001), "first_contacts_a_day"),
        (SendingLimits(read_receipts="always"), "read_receipts"),
        (SendingLimits(intervals={1: 19}), "interval-1"),
        (SendingLimits(intervals={1: 60_001}), "interval-1"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    cast: Cast, rules: SendingLimits, field: str
) -> None:
    before = now_of(cast)
    with pytest.raises(Invalid) as refused:
        change(cast, rules)
    assert list(refused.value.fields) == [field]
    assert now_of(cast) == before


def test_another_hotels_number_is_not_there_and_nothing_is_half_done(cast: Cast) -> None:
    before = now_of(cast)
    with pytest.raises(NotFound):
        change(cast, SendingLimits(first_contacts_a_day=1, intervals={cast.other_instance_id: 500}))
    assert now_of(cast) == before


@pytest.mark.parametrize("text", ["", "x", "1.5", "-3", "٣", "9" * 12])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="whole number"):
        sending_limits.number(text, "first_contacts_a_day")


def test_another_limit_looks_at_what_is_held_back_anew(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    conversation_id = guest_writes("A1").id
    message_id = desk.send_text(cast.hotel_id, conversation_id, cast.alice_id, "Hi", "r1").id
    later = clock.now() + timedelta(hours=9)
    with transaction() as work:
        work.session.execute(
            update(Message)
            .where(Message.id == message_id)
            .values(hold_reason="first_contact_limit", not_before=later)
        )
    change(cast, SendingLimits(first_contacts_a_day=40))
    db.session.rollback()
    assert db.session.get_one(Message, message_id).not_before is None
