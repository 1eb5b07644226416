"""What never came by itself is found in the journals, once, and told."""

import json
from collections.abc import Callable

import pytest
import responses
from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Attachment, Conversation, Incident, Message, WebhookEvent
from inbox.services.intake import receiving, reconciliation
from inbox.services.lines import incidents
from inbox.services.outbox import sending
from inbox.services.transaction import Work
from tests.cast.desk import PATIENCE, SETTLE, reply
from tests.cast.guest import incoming
from tests.cast.journals import GUEST, answered, journals, reconcile, seconds_ago, wrote
from tests.cast.people import Cast
from tests.cast.provider import answers, url
from tests.cast.rows import messages

Writes = Callable[..., Conversation]


def open_incidents(cast: Cast) -> dict[str, int]:
    db.session.rollback()
    return {one.kind: one.count for one in incidents.of_hotel(cast.hotel_id)}


def test_what_never_came_is_taken_in_oldest_first(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(
        provider,
        [wrote("A2", "And towels?", ago=400), wrote("A1", "Is there a pool?", ago=600)],
        [answered("P1", "Yes", ago=500)],
    )
    assert reconcile(cast).recovered == 3
    assert [(one.id_message, one.origin, one.recovered) for one in messages()] == [
        ("A1", "guest", True),
        ("P1", "phone", True),
        ("A2", "guest", True),
    ]
    ids = db.session.scalars(select(Message.id_message).order_by(Message.id)).all()
    assert ids == ["A1", "P1", "A2"]
    conversation = db.session.scalars(select(Conversation)).one()
    assert conversation.last_preview == "And towels?"
    assert conversation.waiting_since is not None
    assert open_incidents(cast) == {"recovered": 3}


@pytest.mark.parametrize("turned_round", [False, True])
def test_within_one_second_the_order_of_the_journal_counts(
    cast: Cast, provider: responses.RequestsMock, turned_round: bool
) -> None:
    written = [wrote("A0", ago=900), *(wrote(f"A{n}", ago=600) for n in (1, 2, 3))]
    for entry in written[1:]:
        entry["timestamp"] = written[1]["timestamp"]
    journals(provider, written[::-1] if turned_round else written)
    reconcile(cast)
    assert [one.id_message for one in messages()] == ["A0", "A1", "A2", "A3"]


def test_what_came_is_left_alone(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    guest_writes("A1", timestamp=seconds_ago(600))
    journals(provider, [wrote("A1")])
    assert reconcile(cast).recovered == 0
    assert [one.recovered for one in messages()] == [False]
    assert open_incidents(cast) == {}


def test_the_webhook_that_comes_after_all_is_a_repetition(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [wrote("A1")], [answered("P1")])
    reconcile(cast)
    raw = json.dumps(incoming("A1", timestamp=seconds_ago(600))).encode()
    assert receiving.receive(cast.instance_id, raw) == "duplicate"
    echo = incoming("P1") | {"typeWebhook": "outgoingMessageReceived"}
    assert receiving.receive(cast.instance_id, json.dumps(echo).encode()) == "duplicate"
    assert len(messages()) == 2


def test_a_second_look_finds_nothing_and_closes_the_incident(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [wrote("A1")])
    reconcile(cast)
    assert open_incidents(cast) == {"recovered": 1}
    assert reconcile(cast).recovered == 0
    assert open_incidents(cast) == {}
    assert len(messages()) == 1


def test_what_a_new_number_brings_along_is_no_incident(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [wrote("A1")])
    assert reconciliation.reconcile(cast.instance_id, SETTLE).recovered == 1
    assert open_incidents(cast) == {}
    assert "minutes=1442" in (provider.calls[0].request.url or "")


def test_stories_and_channels_are_nothing_to_recover(
    cast: Cast, provider: responses.RequestsMock
) -> None:
    journals(provider, [wrote("A1", chatId="status@broadcast"), wrote("A2", chatId="1@newsletter")])
    assert reconcile(cast).recovered == 0
    assert db.session.scalar(select(func.count(WebhookEvent.id))) == 0


def test_a_photo_is_recovered_with_its_file(cast: Cast, provider: responses.RequestsMock) -> None:
    file = {"downloadUrl": "https://f.example/1.jpg", "mimeType": "image/jpeg", "caption": "See"}
    journals(provider, [wrote("A1") | file | {"typeMessage": "imageMessage"}])
    reconcile(cast)
    (message,) = messages()
    assert (message.kind, message.body) == ("image", "See")
    assert db.session.scalars(select(Attachment.source_url)).one() == file["downloadUrl"]


def test_ticks_move_by_the_journal(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = guest_writes("A1", timestamp=seconds_ago(900))
    answers(provider, "sendMessage", {"idMessage": "B1"})
    reply(cast, conversation)
    sending.drain(cast.instance_id, PATIENCE)
    journals(
        provider,
        [wrote("A1")],
        [answered("B1", sendByApi=True, statusMessage="delivered"), answered("", statusMessage=7)],
    )
    assert reconcile(cast).recovered == 0
    ours = messages()[-1]
    assert (ours.id_message, ours.status, ours.recovered) == ("B1", "delivered", False)


def test_our_own_message_of_which_nobody_knew_is_adopted_not_doubled(
    cast: Cast, guest_writes: Writes, provider: responses.RequestsMock
) -> None:
    conversation = guest_writes("A1", timestamp=seconds_ago(900))
    provider.post(url("sendMessage"), status=502)
    reply(cast, conversation)
    sending.drain(cast.instance_id, PATIENCE)
    entry = answered("B1", "Gladly", sendByApi=True, ago=400)
    journals(provider, [wrote("A1")], [entry])
    reconcile(cast)
    outgoing = [one for one in messages() if one.direction == "out"]
    assert [(one.id_message, one.origin, one.recovered) for one in outgoing] == [
        ("B1", "desk", False)
    ]


def test_hotels_keep_to_themselves(cast: Cast, provider: responses.RequestsMock) -> None:
    journals(provider, [wrote("A1")])
    reconcile(cast)
    assert {one.hotel_id for one in messages()} == {cast.hotel_id}
    assert db.session.scalars(select(Incident.hotel_id)).all() == [cast.hotel_id]
    assert db.session.scalars(select(Conversation.chat_id)).all() == [GUEST]


def test_a_run_that_is_cut_off_has_told_what_it_did(
    cast: Cast, provider: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals(provider, [wrote("A1"), wrote("A2", ago=500)])
    take_in, taken = receiving.take_in, iter([True, False])

    def cut_off(work: Work, delivery: receiving.WebhookDelivery) -> str:
        if next(taken):
            return take_in(work, delivery)
        raise KeyboardInterrupt

    monkeypatch.setattr(receiving, "take_in", cut_off)
    with pytest.raises(KeyboardInterrupt):
        reconcile(cast)
    assert open_incidents(cast) == {"recovered": 1}
    monkeypatch.setattr(receiving, "take_in", take_in)
    assert reconcile(cast).recovered == 1
    assert open_incidents(cast) == {"recovered": 2}
    assert [one.id_message for one in messages()] == ["A1", "A2"]
