"""POST /api/v1/whatsapp/messages twice: the same `client_ref` and order is the same message."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from inbox import clock
from inbox.extensions import db
from inbox.models import Conversation, Guest, Message
from tests.cast.program import CONTENTS, LOCATION, PHONE, POLL, TEXT, Program, soon
from tests.cast.rows import count, row
from tests.cast.webhooks import assert_error

Writes = Callable[..., Conversation]


@pytest.mark.parametrize("kind", CONTENTS)
def test_again_it_is_200_and_the_same(program: Program, kind: str) -> None:
    order = {"phone": PHONE, kind: CONTENTS[kind], "client_ref": "booking-7"}
    first, second = program.send(order), program.send(order)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json == second.json
    assert count(Message) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"phone": "+44 7700 900319"},
        {"location": LOCATION | {"latitude": 41.4}},
        {"location": LOCATION | {"address": ""}},
        {"send_at": "2027-01-01T00:00:00Z"},
        {"expires_in": 600},
        {"id_instance": 1101000001},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_order_under_it_is_a_conflict(program: Program, change: dict[str, Any]) -> None:
    order = {"phone": PHONE, "location": LOCATION, "client_ref": "booking-7"}
    program.send(order)
    assert_error(program.send(order | change), 409, "conflict")
    assert count(Message) == 1
    assert count(Guest) == 1


def test_another_kind_or_poll_is_a_conflict(program: Program) -> None:
    ref = {"phone": PHONE, "client_ref": "booking-7"}
    program.send(ref | {"poll": POLL})
    for other in ({"poll": POLL | {"multiple": True}}, {"text": POLL["question"]}):
        assert_error(program.send(ref | other), 409, "conflict")


def test_an_edit_does_not_make_it_another(program: Program) -> None:
    message_id = program.sent(client_ref="booking-7")
    row(message_id).body = "Your room is almost ready."
    db.session.commit()
    answer = program.send(client_ref="booking-7")
    assert (answer.status_code, answer.json["message_id"]) == (200, message_id)


def test_votes_do_not_make_it_another(program: Program) -> None:
    order = {"phone": PHONE, "poll": POLL, "client_ref": "booking-7"}
    message_id = program.send(order).json["message_id"]
    message = row(message_id)
    message.payload = message.payload | {"votes": {"7:00": ["447700900318@c.us"]}}
    db.session.commit()
    assert program.send(order).json["message_id"] == message_id


def test_when_its_time_is_over_it_is_still_known(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = TEXT | {"client_ref": "booking-7", "send_at": soon(minutes=5)}
    first = program.send(order)
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = program.send(order)
    assert (answer.status_code, answer.json["message_id"]) == (200, first.json["message_id"])


def test_the_short_way_and_this_one_know_each_other(program: Program) -> None:
    message_id = program.sent(client_ref="booking-7")
    answer = program.client.post(
        "/api/v1/whatsapp/send",
        json={"phone": PHONE, "message": TEXT["text"], "client_ref": "booking-7"},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert answer.json == {"message_id": message_id, "status": "queued"}


def test_hotels_do_not_share_references(program: Program, stranger: Program) -> None:
    assert program.sent(client_ref="x") != stranger.sent(client_ref="x")


def test_our_own_references_are_refused(program: Program) -> None:
    answer = program.send(client_ref="retry-17")
    assert_error(answer, 422, "invalid")
    assert "client_ref" in answer.json["error"]["fields"]
    assert program.send(client_ref="retry-soon").status_code == 202


@pytest.mark.parametrize("known", [True, False], ids=["a guest", "a stranger"])
def test_ten_at_once_are_one_message(
    app: Flask, token: str, guest_writes: Writes, known: bool
) -> None:
    if known:
        guest_writes("A1")
    db.session.remove()

    def call(_number: int) -> tuple[int, int]:
        with app.app_context():
            answer = Program(app.test_client(), token).send(client_ref="booking-7")
            db.session.remove()
        return answer.status_code, answer.json["message_id"]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(call, range(10)))
    assert sorted(status for status, _ in answers) == [200] * 9 + [202]
    assert len({message_id for _, message_id in answers}) == 1
    assert count(Message) == 1 + known
