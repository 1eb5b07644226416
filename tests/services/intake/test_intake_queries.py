"""What a webhook asks the database, counted: the speed of intake is the number of its questions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from inbox.extensions import db
from inbox.services.intake import bodies
from inbox.services.intake.receiving import WebhookDelivery, take_in_all
from inbox.services.transaction import transaction
from tests.cast.guest import incoming
from tests.cast.people import WEBHOOK_TOKEN, Cast

ADDRESS = "/api/v1/whatsapp/webhook"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements run inside, without those that begin a transaction."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if not str(arguments[2]).startswith("BEGIN"):
            statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def body(number: int, guest: int = 0) -> bytes:
    return json.dumps(incoming(f"A{number}", chat_id=f"4477009003{guest:02}@c.us")).encode()


def deliver(cast: Cast, raws: list[bytes]) -> list[str]:
    with transaction() as work:
        deliveries = [WebhookDelivery(cast.instance_id, bodies.read(one)) for one in raws]
        return take_in_all(work, deliveries, savepoints=False)


def test_a_message_of_a_known_guest_is_eleven_statements(app: Flask, cast: Cast) -> None:
    """One of them asks whose webhook it is."""
    client, shown = app.test_client(), {"Authorization": f"Bearer {WEBHOOK_TOKEN}"}
    client.post(ADDRESS, data=body(0), headers=shown)
    with counted() as statements:
        answer = client.post(ADDRESS, data=body(1), headers=shown)
    assert answer.json == {"status": "applied"}
    assert len(statements) <= 11, "\n".join(statements)


def test_of_ten_that_come_together_each_adds_two_statements(cast: Cast) -> None:
    """The message, and whether something waited for it. The rest is shared."""
    deliver(cast, [body(guest, guest) for guest in range(10)])
    with counted() as alone:
        deliver(cast, [body(10)])
    with counted() as together:
        states = deliver(cast, [body(20 + guest, guest) for guest in range(10)])
    assert states == ["applied"] * 10
    assert len(together) - len(alone) <= 9 * 2, "\n".join(together)


def test_ten_of_one_guest_end_in_one_write_of_their_conversation(cast: Cast) -> None:
    deliver(cast, [body(0)])
    with counted() as statements:
        deliver(cast, [body(number) for number in range(1, 11)])
    assert len([one for one in statements if one.startswith("UPDATE conversation")]) == 1
