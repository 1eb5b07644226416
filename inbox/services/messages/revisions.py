"""Edits in place. Every earlier text is kept, and the youngest is the one that is shown."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from inbox import clock
from inbox.dispatch import workers
from inbox.models import Message, Revision
from inbox.models.states import Direction
from inbox.services.transaction import Work


@dataclass(frozen=True)
class Version:
    """What one edit made of the text. `id_message` is the provider's id of the edit."""

    id_message: str
    text: str = field(repr=False)
    at: datetime


def edit(work: Work, message: Message, version: Version) -> None:
    """Put the version into its place among the others, by its time. Safe to repeat.

    A revision holds the text that its edit replaced, so one that comes late takes over the text
    that its follower replaced, and the follower replaced this one's.
    """
    if _known(work, message, version):
        return
    follower = _follower(work, message, version)
    replaced = follower.body if follower else message.body
    if follower:
        follower.body = version.text
    else:
        message.body, message.edited_at = version.text, version.at
        if message.direction == Direction.IN:  # angry words may come with an edit
            message.analyse_at = clock.now()
            work.wake(workers.READ_SENTIMENT)
    work.session.add(
        Revision(
            hotel_id=message.hotel_id,
            message_id=message.id,
            id_message=version.id_message,
            body=replaced,
            at=version.at,
        )
    )
    work.session.flush()


def _known(work: Work, message: Message, version: Version) -> bool:
    return (
        work.session.scalar(
            select(Revision.id).where(
                Revision.message_id == message.id, Revision.id_message == version.id_message
            )
        )
        is not None
    )


def _follower(work: Work, message: Message, version: Version) -> Revision | None:
    """The next edit by time; within one second, by the order of arrival."""
    return work.session.scalar(
        select(Revision)
        .where(Revision.message_id == message.id, Revision.at > version.at)
        .order_by(Revision.at, Revision.id)
        .limit(1)
    )
