"""Collecting from Green API's queue: stored before it is deleted, whatever is in it."""

import json
from datetime import timedelta
from typing import Any

import pytest
import responses
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import GreenApiError
from inbox.models import Incident, Instance, Message, WebhookEvent
from inbox.services.intake import polling, receiving
from inbox.services.lines import connection, instances
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.people import Cast
from tests.cast.provider import url

WEBHOOK_IS_SET = {
    "code": "INVALID_PARAM",
    "message": "Message cannot be received because custom webhook url is set. Go to cabinet, "
    "clear webhook url",
    "status": "error",
}


@pytest.fixture
def collector(cast: Cast) -> polling.Collector:
    instances.receive_by(cast.instance_id, "poll")
    with transaction() as work:
        instance = work.session.get_one(Instance, cast.instance_id)
        instance.created_at = clock.now() - timedelta(days=1)
    return polling.Collector(cast.instance_id)


def waits(mock: responses.RequestsMock, body: Any, receipt: int = 7) -> None:
    """This is the head of the queue."""
    mock.upsert(
        responses.GET, url("receiveNotification"), json={"receiptId": receipt, "body": body}
    )


def deletes(
    mock: responses.RequestsMock, receipt: int = 7, **answer: Any
) -> responses.BaseResponse:
    address = f"{url('deleteNotification')}/{receipt}"
    found: responses.BaseResponse = mock.delete(address, **(answer or {"json": {"result": True}}))
    return found


def events() -> list[WebhookEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))


def open_kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Incident.kind).where(Incident.closed_at.is_(None))))


def test_it_is_stored_and_then_deleted(
    collector: polling.Collector, provider: responses.RequestsMock
) -> None:
    waits(provider, incoming("A1", "Buenos días 👋"))
    deleted = deletes(provider)
    assert collector.collect(5)
    assert deleted.call_count == 1
    assert db.session.scalars(select(Message.body)).one() == "Buenos días 👋"
    assert [(event.source, event.state) for event in events()] == [("poll", "applied")]


def test_an_empty_queue_is_no_notification(
    collector: polling.Collector, provider: responses.RequestsMock
) -> None:
    provider.get(url("receiveNotification"), body="null")
    assert not collector.collect(5)
    assert events() == []


def test_what_is_delivered_again_after_a_lost_delete_is_one_message(
    collector: polling.Collector, provider: responses.RequestsMock
) -> None:
    waits(provider, incoming("A1"))
    deletes(provider, body="Bad Gateway", status=502)
    with pytest.raises(GreenApiError):
        collector.collect(5)
    provider.upsert(
        responses.DELETE, f"{url('deleteNotification')}/7", json={"result": False, "reason": ""}
    )
    assert collector.collect(5)
    assert len(events()) == 1
    assert db.session.scalars(select(Message.id_message)).all() == ["A1"]


def test_it_is_not_deleted_when_the_database_is_away(
    collector: polling.Collector,
    provider: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> str:
        raise OperationalError("insert", {}, Exception("disk"))

    waits(provider, incoming("A1"))
    deleted = deletes(provider)
    monkeypatch.setattr(receiving, "receive", away)
    with pytest.raises(OperationalError):
        collector.collect(5)
    assert deleted.call_count == 0


@pytest.mark.parametrize(
    "poison",
    [
        {},
        {"typeWebhook": "incomingMessageReceived"},
        {"typeWebhook": 7, "instanceData": []},
        incoming("A1", id_instance=1101000099),
        incoming("\ud83d"),
        "no object",
        None,
    ],
)
def test_poison_is_kept_and_deleted_and_stops_nobody(
    collector: polling.Collector, provider: responses.RequestsMock, poison: Any
) -> None:
    waits(provider, poison)
    first = deletes(provider)
    assert collector.collect(5)
    assert first.call_count == 1
    waits(provider, incoming("B1"), receipt=8)
    deletes(provider, 8)
    assert collector.collect(5)
    assert db.session.scalars(select(Message.id_message)).all()[-1:] == ["B1"]
    assert len(events()) == 2


def test_a_webhook_address_at_green_api_is_told_and_told_over(
    collector: polling.Collector, provider: responses.RequestsMock
) -> None:
    provider.get(url("receiveNotification"), json=WEBHOOK_IS_SET, status=400)
    for _ in range(3):
        with pytest.raises(GreenApiError):
            collector.collect(5)
    assert open_kinds() == ["webhook_set"]
    assert db.session.scalars(select(Incident.count)).one() == 1
    provider.upsert(responses.GET, url("receiveNotification"), body="null")
    collector.collect(5)
    assert open_kinds() == []


def test_while_a_new_number_restarts_the_old_address_is_no_incident(
    collector: polling.Collector, cast: Cast, provider: responses.RequestsMock
) -> None:
    with transaction() as work:
        work.session.get_one(Instance, cast.instance_id).created_at = clock.now()
    provider.get(url("receiveNotification"), json=WEBHOOK_IS_SET, status=400)
    with pytest.raises(GreenApiError):
        collector.collect(5)
    assert open_kinds() == []


def test_a_wrong_token_pauses_the_line_until_it_is_right(
    collector: polling.Collector, cast: Cast, provider: responses.RequestsMock
) -> None:
    provider.get(url("receiveNotification"), status=401)
    with pytest.raises(GreenApiError):
        collector.collect(5)
    db.session.rollback()
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == "wrong_token"
    provider.upsert(responses.GET, url("receiveNotification"), body="null")
    collector.collect(5)
    db.session.rollback()
    assert db.session.get_one(Instance, cast.instance_id).pause_reason == ""


def test_only_numbers_without_an_address_are_collected_for(
    collector: polling.Collector, cast: Cast
) -> None:
    assert polling.polled() == [cast.instance_id]


def test_connecting_removes_the_webhook_address(
    collector: polling.Collector, cast: Cast, provider: responses.RequestsMock
) -> None:
    provider.get(url("getSettings"), json={"wid": ""})
    provider.post(url("setSettings"), json={"saveSettings": True})
    assert connection.connect(cast.instance_id, "https://lobby.example") is None
    sent = json.loads(provider.calls[1].request.body or b"")
    assert (sent["webhookUrl"], sent["webhookUrlToken"], sent["incomingWebhook"]) == ("", "", "yes")
    assert {"stateWebhook", "outgoingMessageWebhook", "editedMessageWebhook"} <= set(sent)


@pytest.mark.parametrize(
    ("public_url", "api_url", "needed"),
    [
        ("", "", True),
        ("", "https://1101.api.greenapi.com", True),
        ("http://127.0.0.1:8000", "https://1101.api.greenapi.com", True),
        ("http://localhost:8000", "", True),
        ("http://[::1]:8000", "", True),
        ("http://192.168.1.20:8000", "", True),
        ("http://lobby.local", "", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:7103", False),
        ("https://lobby.example.com", "https://1101.api.greenapi.com", False),
        ("https://lobby.example.com", "", False),
        ("https://93.184.216.34", "", False),
    ],
)
def test_collecting_is_for_those_who_cannot_be_reached(
    public_url: str, api_url: str, needed: bool
) -> None:
    assert polling.is_needed(public_url, api_url) is needed
