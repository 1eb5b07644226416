"""A number that hears nothing: since when, what Green API's books say, and looking at it."""

from datetime import timedelta
from typing import Any

import responses
from sqlalchemy import update

from inbox import clock
from inbox.extensions import db
from inbox.models import Incident, Instance
from inbox.services.intake import silence
from inbox.services.lines import incidents
from inbox.services.transaction import transaction
from tests.cast.desk import SETTLE
from tests.cast.journals import compare_again, journals
from tests.cast.people import Cast
from tests.cast.provider import url
from tests.cast.rows import instance

Entries = list[dict[str, Any]]


def change(cast: Cast, **values: Any) -> None:
    """Let the Grand Plaza's number be so."""
    with transaction() as work:
        work.session.execute(
            update(Instance).where(Instance.id == cast.instance_id).values(**values)
        )


def silent_for(cast: Cast, how_long: timedelta) -> None:
    """The number is linked and heard something so long ago, the last time."""
    at = clock.now() - how_long
    before = at - timedelta(days=9)
    heard = {"last_inbound_at": at, "last_event_at": at}
    change(cast, state="authorized", state_since=before, created_at=before, **heard)
    compare_again(cast.instance_id)


def books(
    mock: responses.RequestsMock,
    incoming: Entries | None = None,
    outgoing: Entries | None = None,
    *,
    state: str = "authorized",
    webhooks: int = 0,
    sends: int = 0,
) -> None:
    """What Green API says from now on: both journals, the state, and how much waits."""
    journals(mock, incoming, outgoing)
    mock.upsert(responses.GET, url("getStateInstance"), json={"stateInstance": state})
    mock.upsert(responses.GET, url("getWebhooksCount"), json={"count": webhooks})
    mock.upsert(responses.GET, url("getMessagesCount"), json={"count": sends})
    mock.upsert(responses.GET, url("reboot"), json={"isReboot": True})


def asked(mock: responses.RequestsMock, method: str) -> int:
    """How often Green API was asked this."""
    return sum(f"/{method}/" in (call.request.url or "") for call in mock.calls)


def look(cast: Cast) -> None:
    """Look at the number now, whenever it was looked at before."""
    compare_again(cast.instance_id)
    change(cast, probe_at=None, state_asked_at=None)
    silence.look(cast.instance_id, SETTLE)


def look_twice(cast: Cast) -> None:
    """And a minute and a half pass in between."""
    look(cast)
    seen = instance(cast).gap_since
    assert seen is not None
    change(cast, gap_since=seen - timedelta(seconds=90))
    look(cast)


def compare(cast: Cast) -> None:
    """The hourly comparison of the journals."""
    compare_again(cast.instance_id)
    silence.compare(cast.instance_id, SETTLE)


def incident(cast: Cast, kind: str = incidents.SILENT) -> Incident | None:
    """What the desk is told, if it is told anything of this kind."""
    db.session.rollback()
    found = [one for one in incidents.of_hotel(cast.hotel_id) if one.kind == kind]
    return found[0] if found else None
