"""The ledger counts in the transaction of the event, and says what is not accounted for."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Instance, LedgerHour, Message, WebhookEvent
from inbox.services.intake import ledger, receiving
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.people import Cast

Writes = Callable[..., Conversation]


def receive(cast: Cast, body: object, source: str = "webhook") -> str:
    return receiving.receive(cast.instance_id, json.dumps(body).encode(), source=source)


def today(cast: Cast) -> ledger.LedgerDay:
    db.session.rollback()
    return ledger.day(cast.hotel_id, clock.now().date())


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 12, 30, tzinfo=UTC))


def status(id_message: str) -> dict[str, object]:
    return incoming(id_message) | {"typeWebhook": "outgoingMessageStatus", "status": "read"}


def test_each_event_is_counted_once(cast: Cast) -> None:
    assert receive(cast, incoming("A1")) == "applied"
    assert receive(cast, incoming("A1")) == "duplicate"
    assert receive(cast, incoming("A2"), "poll") == "applied"
    assert receive(cast, incoming("A3"), "journal") == "applied"
    assert receive(cast, status("B9")) == "parked"
    assert receive(cast, {"no": "thing"}) == "quarantined"
    found = today(cast)
    (row,) = found.rows
    assert row.hour == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (row.received, row.recovered, row.messages, row.quarantined) == (4, 1, 3, 1)
    assert found.is_complete
    assert found.sentence == (
        "5 of 5 accounted for; 1 could not be read and is in quarantine; "
        "1 waits for a message that has not come."
    )


def test_nothing_is_counted_for_what_is_rolled_back(cast: Cast) -> None:
    def break_off() -> None:
        with transaction() as work:
            instance = work.session.get_one(Instance, cast.instance_id)
            entry = ledger.Entry(instance.hotel_id, instance.id, "webhook", "applied", True)
            ledger.count(work, [entry])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert today(cast).rows == []


def test_what_is_gone_is_said(cast: Cast, guest_writes: Writes) -> None:
    for n in range(3):
        receive(cast, status(f"S{n}"))
    with transaction() as work:
        first = work.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)).first()
        assert first is not None
        work.session.execute(delete(WebhookEvent).where(WebhookEvent.id == first.id))
    found = today(cast)
    assert not found.is_complete
    assert found.sentence.startswith("2 of 3 accounted for; 1 of them is no longer stored; ")


def test_files_that_are_not_here_yet_are_said(cast: Cast) -> None:
    file = {"downloadUrl": "https://files.example/1.jpg", "mimeType": "image/jpeg"}
    data = {"typeMessage": "imageMessage", "fileMessageData": file}
    receive(cast, incoming("A1") | {"messageData": data})
    found = today(cast)
    assert found.waiting_for_media == 1
    assert found.sentence == "1 of 1 accounted for; 1 file is still to be fetched."


def test_the_day_is_the_hotels(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Madrid is an hour ahead: half past eleven in the evening UTC is tomorrow there."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    receive(cast, incoming("A1"))
    assert ledger.day(cast.hotel_id, date(2026, 11, 20)).totals.received == 0
    assert ledger.day(cast.hotel_id, date(2026, 11, 21)).totals.received == 1
    assert ledger.day(cast.other_hotel_id, date(2026, 11, 21)).rows == []


def test_an_empty_day(cast: Cast) -> None:
    assert today(cast).sentence == "0 of 0 accounted for."


def test_a_message_from_the_journal_is_marked_and_is_no_sign_of_life(cast: Cast) -> None:
    receive(cast, incoming("A1"), "journal")
    receive(cast, incoming("A2"), "poll")
    instance = db.session.get_one(Instance, cast.instance_id)
    marks = {one.id_message: one.recovered for one in db.session.scalars(select(Message))}
    assert marks == {"A1": True, "A2": False}
    assert instance.last_event_at == instance.last_inbound_at == clock.now()
    sources = db.session.scalars(select(WebhookEvent.source).order_by(WebhookEvent.id)).all()
    assert sources == ["journal", "poll"]
    assert db.session.scalars(select(LedgerHour.recovered)).one() == 1


def test_the_journal_alone_leaves_the_line_unheard(cast: Cast) -> None:
    receive(cast, incoming("A1"), "journal")
    instance = db.session.get_one(Instance, cast.instance_id)
    assert (instance.last_event_at, instance.last_inbound_at) == (None, None)
