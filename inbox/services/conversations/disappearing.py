"""Chats whose messages disappear, and whose messages Green API has lost (P7; its issues 977, 995
and 1020). No webhook says that a guest switched this on, so we ask: when they write, and once a
day while they go on writing.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select

from inbox import clock
from inbox.extensions import db
from inbox.greenapi import Decision, GreenApiError
from inbox.models import Conversation, Instance
from inbox.services import claims, locks
from inbox.services.lines import instances
from inbox.services.transaction import transaction

log = logging.getLogger(__name__)

AGAIN = timedelta(days=1)
SOON = timedelta(minutes=10)
NUMBERS = 5  # in one round of the sweep


def due(now: datetime) -> list[int]:
    """The conversations to look at now: one of a number, since getContactInfo takes one call a
    second, and none of a number that is paused.
    """
    return list(
        db.session.scalars(
            select(func.min(Conversation.id))
            .join(Instance, Instance.id == Conversation.instance_id)
            .where(Conversation.look_at <= now, claims.MAY_CALL)
            .group_by(Conversation.instance_id)
            .order_by(func.min(Conversation.look_at))
            .limit(NUMBERS)
        )
    )


def look(conversation_id: int) -> None:
    """Ask whether messages disappear in this chat, if that is due, and tell the desk of a change.
    Safe to repeat; never raises for what Green API answers.
    """
    claimed = _claim(conversation_id)
    if claimed is None:
        return
    instance_id, chat_id = claimed
    try:
        on = instances.client(instance_id).get_contact_info(chat_id).is_disappearing
    except GreenApiError as error:
        log.info("conversation %d was not looked at: %s", conversation_id, error.code)
        if error.decision is Decision.RETRY_LATER:
            _look_soon(conversation_id)
        return
    _found(conversation_id, on=on)


def _claim(conversation_id: int) -> tuple[int, str] | None:
    """Put the next look first, so that nobody looks twice; who has been silent since the last one
    is looked at when they write again.
    """
    now = clock.now()
    with transaction() as work:
        conversation = locks.conversation(work, conversation_id)
        if conversation.look_at is None or conversation.look_at > now:
            return None
        wrote_at = conversation.last_inbound_at
        if wrote_at is None or wrote_at < conversation.look_at - AGAIN:
            conversation.look_at = None
            return None
        conversation.look_at = now + AGAIN
        return conversation.instance_id, conversation.chat_id


def _look_soon(conversation_id: int) -> None:
    with transaction() as work:
        locks.conversation(work, conversation_id).look_at = clock.now() + SOON


def _found(conversation_id: int, *, on: bool) -> None:
    with transaction() as work:
        conversation = locks.conversation(work, conversation_id)
        if on == (conversation.disappearing_since is not None):
            return
        conversation.disappearing_since = clock.now() if on else None
        work.changed(conversation.hotel_id, "conversation", conversation.id)
