"""Green API sends old messages again by itself at times (P10): the guest gets them twice. It cannot
be taken back, but the desk must know.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from inbox.extensions import db
from inbox.models import Conversation, Incident, Instance, Message
from inbox.models.states import THROUGH_LOBBY, Direction, Origin
from inbox.services.lines import incidents
from inbox.services.transaction import Work, transaction

SURELY_OLD = timedelta(minutes=10)  # younger ones may be echoes that crossed
LOOK_BACK = timedelta(days=30)
OVER = timedelta(hours=12)


def notice(work: Work, instance: Instance, conversation: Conversation, message: Message) -> None:
    """A message of ours came back under an id that is none of ours: count it, if it is the same as
    one that we sent before.
    """
    at = message.sorted_at
    same = exists().where(
        Message.conversation_id == conversation.id,
        Message.direction == Direction.OUT,
        Message.origin.in_(THROUGH_LOBBY),
        Message.kind == message.kind,
        Message.body == message.body,
        Message.sorted_at.between(at - LOOK_BACK, at - SURELY_OLD),
    )
    if message.origin == Origin.ELSEWHERE and message.body and work.session.scalar(select(same)):
        incidents.open_or_count(work, instance.hotel_id, instance.id, incidents.REPEATED, since=at)


def close_old(now: datetime) -> None:
    """It has not happened again in half a day: it is over."""
    old = db.session.scalars(
        select(Incident.instance_id).where(
            Incident.kind == incidents.REPEATED,
            Incident.closed_at.is_(None),
            Incident.last_at < now - OVER,
        )
    ).all()
    for instance_id in old:
        with transaction() as work:
            incidents.close(work, instance_id, incidents.REPEATED)
