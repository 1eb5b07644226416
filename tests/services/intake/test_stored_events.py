"""What could not be applied is listed, and applied again under the same rules (D2, N21, Z6)."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox.errors import Conflict, NotFound
from inbox.extensions import db
from inbox.greenapi.notifications import parse
from inbox.models import AuditEntry, Incident, Message, WebhookEvent
from inbox.services.intake import bodies, intake, receiving, stored_events
from inbox.services.lines import incidents
from tests.cast.guest import incoming
from tests.cast.people import Cast


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A version of Lobby that cannot apply anything. `undo()` mends it."""

    def fault(*_: object) -> str:
        raise KeyError("x")

    monkeypatch.setattr(intake, "apply", fault)
    return monkeypatch


def receive(cast: Cast, *ids: str) -> list[int]:
    """Returns the ids of the events."""
    for id_message in ids:
        receiving.receive(cast.instance_id, json.dumps(incoming(id_message)).encode())
    return list(db.session.scalars(select(WebhookEvent.id).order_by(WebhookEvent.id)))


def messages() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def event(event_id: int) -> WebhookEvent:
    db.session.rollback()
    return db.session.get_one(WebhookEvent, event_id)


def test_a_replay_applies_it_once_however_often(cast: Cast, broken: pytest.MonkeyPatch) -> None:
    (event_id,) = receive(cast, "A1")
    assert event(event_id).state == "quarantined"
    broken.undo()
    assert stored_events.replay(cast.hotel_id, event_id, "cli") == "applied"
    assert (event(event_id).state, event(event_id).error, event(event_id).attempts) == (
        "applied",
        "",
        1,
    )
    with pytest.raises(Conflict):
        stored_events.replay(cast.hotel_id, event_id, "cli")
    assert messages() == 1
    assert receive(cast, "A1") == [event_id]
    assert messages() == 1


def test_one_that_fails_again_stays_with_its_new_error(
    cast: Cast, broken: pytest.MonkeyPatch
) -> None:
    (event_id,) = receive(cast, "A1")

    def other(*_: object) -> str:
        raise ValueError("the guest's secret words")

    broken.setattr(intake, "apply", other)
    assert stored_events.replay(cast.hotel_id, event_id, "cli") == "quarantined"
    assert "ValueError" in event(event_id).error
    assert "secret" not in event(event_id).error
    assert event(event_id).attempts == 1


def test_all_are_tried_oldest_first_and_a_bad_one_holds_up_nothing(
    cast: Cast, broken: pytest.MonkeyPatch
) -> None:
    receiving.receive(cast.instance_id, b"not json")
    receive(cast, "A1", "A2", "A3")
    broken.undo()
    done = stored_events.replay_all(cast.hotel_id, "cli")
    assert (done.tried, done.settled, done.left) == (4, 3, 0)
    order = db.session.scalars(select(Message.id_message).order_by(Message.id)).all()
    assert list(order) == ["A1", "A2", "A3"]
    again = stored_events.replay_all(cast.hotel_id, "cli")
    assert (again.tried, again.settled) == (1, 0)


def test_a_limit_says_what_is_left(cast: Cast, broken: pytest.MonkeyPatch) -> None:
    receive(cast, "A1", "A2", "A3")
    broken.undo()
    done = stored_events.replay_all(cast.hotel_id, "cli", limit=2)
    assert (done.tried, done.settled, done.left) == (2, 2, 1)


def test_the_alarm_ends_with_the_last_one(cast: Cast, broken: pytest.MonkeyPatch) -> None:
    first, second = receive(cast, "A1", "A2")
    broken.undo()
    stored_events.replay(cast.hotel_id, first, "cli")
    assert [one.kind for one in incidents.of_hotel(cast.hotel_id)] == [incidents.QUARANTINE]
    stored_events.replay(cast.hotel_id, second, "cli")
    assert incidents.of_hotel(cast.hotel_id) == []
    closed = db.session.scalars(select(Incident)).one()
    recent = incidents.recent(cast.hotel_id, closed.opened_at - timedelta(hours=1))
    assert [one.id for one in recent] == [closed.id]


def test_another_hotels_events_do_not_exist(cast: Cast, broken: pytest.MonkeyPatch) -> None:
    (event_id,) = receive(cast, "A1")
    broken.undo()
    with pytest.raises(NotFound):
        stored_events.replay(cast.other_hotel_id, event_id, "cli")
    assert stored_events.replay_all(cast.other_hotel_id, "cli").tried == 0
    assert stored_events.page(cast.other_hotel_id).rows == []
    assert stored_events.shown_bodies(cast.other_hotel_id, [event_id]) == {}
    assert stored_events.counts(cast.other_hotel_id)["quarantined"] == 0
    assert event(event_id).state == "quarantined"


def test_the_list_is_newest_first_in_pages_and_bodies_are_as_they_came(cast: Cast) -> None:
    for number in range(5):
        receiving.receive(cast.instance_id, b"\xff no json %d" % number)
    seen: list[int] = []
    before = None
    while True:
        page = stored_events.page(cast.hotel_id, before=before, limit=2)
        seen += [row.id for row in page.rows]
        before = page.older
        if before is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == stored_events.counts(cast.hotel_id)["quarantined"] == 5
    assert stored_events.shown_bodies(cast.hotel_id, seen[:1]) == {seen[0]: b"\xff no json 4"}


def test_who_tried_is_on_record(cast: Cast, broken: pytest.MonkeyPatch) -> None:
    (event_id,) = receive(cast, "A1")
    broken.undo()
    stored_events.replay(cast.hotel_id, event_id, f"staff:{cast.alice_id}")
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "webhook.replay")
    ).one()
    assert (entry.actor, entry.subject) == (f"staff:{cast.alice_id}", f"webhook_event:{event_id}")


def test_a_kind_that_is_understood_at_last_takes_the_place_of_its_placeholder(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = incoming("A1", messageData={"typeMessage": "hologramMessage", "hologram": {}})
    assert receiving.receive(cast.instance_id, json.dumps(body).encode()) == "applied"
    event_id = db.session.scalars(select(WebhookEvent.id)).one()
    assert stored_events.counts(cast.hotel_id)["unknown"] == 1
    assert stored_events.replay(cast.hotel_id, event_id, "cli") == "applied"
    assert stored_events.replay_all(cast.hotel_id, "cli").settled == 0
    assert stored_events.counts(cast.hotel_id)["unknown"] == 1
    newer = parse(incoming("A1", "It was a hologram"))
    monkeypatch.setattr(bodies, "parse", lambda _: newer)
    assert stored_events.replay_all(cast.hotel_id, "cli").settled == 1
    message = db.session.scalars(select(Message)).one()
    assert (message.kind, message.body) == ("text", "It was a hologram")
    assert stored_events.counts(cast.hotel_id)["unknown"] == 0
    assert event(event_id).state == "applied"
