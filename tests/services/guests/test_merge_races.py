"""Merging while others merge the same two, and while the guest is writing (N15)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import select

from inbox.errors import Conflict
from inbox.extensions import db
from inbox.models import Conversation, GuestAddress, GuestMerge, Message
from inbox.services.guests import merges
from inbox.services.intake import receiving
from tests.cast.guest import incoming
from tests.cast.people import Cast

Writes = Callable[..., Conversation]
LID = "26440190443@lid"


def test_of_many_who_press_merge_one_does_it(app: Flask, cast: Cast, guest_writes: Writes) -> None:
    one = guest_writes("A1").guest_id
    other = guest_writes("A2", chat_id=LID).guest_id

    def press(number: int) -> bool:
        pair = (one, other) if number % 2 else (other, one)
        with app.app_context():
            try:
                merges.merge(cast.hotel_id, *pair, cast.bob_id)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(GuestMerge)).all()) == 1


def test_whoever_writes_meanwhile_is_lost_to_nobody(
    app: Flask, cast: Cast, guest_writes: Writes
) -> None:
    one = guest_writes("A1").guest_id
    other = guest_writes("A2", chat_id=LID).guest_id

    def write(number: int) -> str:
        chat = LID if number % 2 else "447700900318@c.us"
        body = incoming(f"B{number}", chat_id=chat)
        with app.app_context():
            return receiving.receive(cast.instance_id, json.dumps(body).encode())

    def merge_and_part(times: int) -> None:
        with app.app_context():
            for _ in range(times):
                record = merges.merge(cast.hotel_id, other, one, cast.bob_id)
                merges.undo(cast.hotel_id, record.id, cast.bob_id)

    with ThreadPoolExecutor(6) as pool:
        written = pool.map(write, range(30))
        parted = pool.submit(merge_and_part, 5)
        assert set(written) == {"applied"}
        parted.result()
    db.session.rollback()
    assert len(db.session.scalars(select(Message)).all()) == 32
    assert _with(Conversation) == _with(GuestAddress) == {LID: other, "447700900318@c.us": one}


def _with(table: Any) -> dict[str, int]:
    return {row.chat_id: row.guest_id for row in db.session.scalars(select(table))}
