"""Green API's journals in a unit test: what they hold, and letting time pass for a comparison."""

from datetime import datetime, timedelta
from typing import Any

import responses
from sqlalchemy import update

from inbox import clock
from inbox.models import Instance
from inbox.services.intake import reconciliation
from inbox.services.transaction import transaction
from tests.cast.desk import SETTLE
from tests.cast.people import Cast
from tests.cast.provider import url

GUEST = "447700900318@c.us"


def seconds_ago(seconds: float) -> int:
    return int((clock.now() - timedelta(seconds=seconds)).timestamp())


def wrote(id_message: str, text: str = "Hello", ago: float = 600, **more: Any) -> dict[str, Any]:
    """A journal object of lastIncomingMessages: a guest wrote, so many seconds ago."""
    return {
        "type": "incoming",
        "idMessage": id_message,
        "timestamp": seconds_ago(ago),
        "typeMessage": "textMessage",
        "chatId": GUEST,
        "textMessage": text,
        "senderId": GUEST,
        "senderName": "Lucía",
        "senderContactName": "",
    } | more


def answered(
    id_message: str, text: str = "Gladly", ago: float = 500, **more: Any
) -> dict[str, Any]:
    """A journal object of lastOutgoingMessages: typed on the hotel's phone."""
    return {
        "type": "outgoing",
        "idMessage": id_message,
        "timestamp": seconds_ago(ago),
        "typeMessage": "textMessage",
        "chatId": GUEST,
        "textMessage": text,
        "statusMessage": "read",
        "sendByApi": False,
    } | more


def journals(
    mock: responses.RequestsMock,
    incoming: list[dict[str, Any]] | None = None,
    outgoing: list[dict[str, Any]] | None = None,
) -> None:
    """What both journals hold from now on."""
    mock.upsert(responses.GET, url("lastIncomingMessages"), json=(incoming or [])[::-1])
    mock.upsert(responses.GET, url("lastOutgoingMessages"), json=(outgoing or [])[::-1])


def compare_again(instance_id: int, since: datetime | None = None) -> None:
    """The next comparison is due, as if an earlier one had been made."""
    with transaction() as work:
        work.session.execute(
            update(Instance)
            .where(Instance.id == instance_id)
            .values(
                reconcile_at=None,
                journal_read_at=None,
                reconciled_at=since or clock.now() - timedelta(hours=1),
            )
        )


def reconcile(cast: Cast) -> reconciliation.Outcome:
    """Compare the Grand Plaza's journals now."""
    compare_again(cast.instance_id)
    return reconciliation.reconcile(cast.instance_id, SETTLE)
