"""No transaction is open while the network is awaited (D4)."""

from collections.abc import Callable

import responses
from sqlalchemy import event

from inbox.extensions import db
from inbox.models import Conversation
from inbox.services.lines import connection
from inbox.services.outbox import sending
from tests.cast import desk
from tests.cast.people import Cast
from tests.cast.provider import url


def test_nothing_is_held_while_the_network_is_awaited(
    cast: Cast, guest_writes: Callable[..., Conversation]
) -> None:
    """At the moment of each call this process has no connection to the database in its hand."""
    conversation = guest_writes("A1", "Hello")
    desk.send_text(cast.hotel_id, conversation.id, cast.alice_id, "Hello", "r1")
    db.session.rollback()
    out: list[int] = []

    @event.listens_for(db.engine, "checkout")
    def _out(*_: object) -> None:
        out.append(1)

    @event.listens_for(db.engine, "checkin")
    def _in(*_: object) -> None:
        out.pop()

    held: list[int] = []

    def answer(_request: object) -> tuple[int, dict[str, str], str]:
        held.append(len(out))
        return 200, {}, '{"idMessage": "B1"}'

    with responses.RequestsMock() as provider:
        provider.add_callback(responses.POST, url("sendMessage"), callback=answer)
        sending.drain(cast.instance_id, desk.PATIENCE)
    assert held == [0]


def test_nothing_is_held_while_the_webhook_address_is_set(cast: Cast) -> None:
    held: list[bool] = []

    def answer(_request: object) -> tuple[int, dict[str, str], str]:
        held.append(db.session().in_transaction())
        return 200, {}, '{"saveSettings": true}'

    with responses.RequestsMock() as provider:
        provider.add_callback(responses.POST, url("setSettings"), callback=answer)
        assert connection.connect(cast.instance_id, "https://desk.example.com") is None
    assert held == [False]
