"""The phone number behind a LID: asked for once when a guest is new, then nightly (P8, N13).

A LID is an address without a number, so the same person may stand here twice. Green API may know
the number (checkWhatsapp); then it becomes the LID's match key, and whoever else has that number is
the same person for certain: the two are merged, which a person can undo and which then stays so.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from inbox import clock
from inbox.errors import LobbyError
from inbox.greenapi import ChatId, Decision, GreenApiError, match_keys, parse_chat_id
from inbox.models import Conversation, Guest, GuestAddress, Instance
from inbox.services import claims, locks
from inbox.services.guests import merges
from inbox.services.lines import instances
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

MOST_A_SECOND = 5  # checkWhatsapp takes 10 a second; sending and staff need some too
MOST_A_DAY = 200  # for each hotel; plans have a quota of their own
AGAIN = timedelta(days=1)
SOON = timedelta(minutes=10)
NEXT_SECOND = timedelta(seconds=1)
GIVE_UP = timedelta(days=30)  # after the address was first seen


def due(now: datetime, limit: int = MOST_A_SECOND) -> list[int]:
    """The addresses to ask about now, longest due first."""
    return claims.due(select(GuestAddress.id), GuestAddress.ask_at, now, limit)


def ask(address_id: int) -> None:
    """Ask for one address, unless it was just done or the limits say later. Never raises for what
    Green API answers.
    """
    claimed = _claim(address_id)
    if claimed is None:
        return
    instance_id, lid = claimed
    try:
        phone = instances.client(instance_id).check_whatsapp(lid).phone_chat_id
    except GreenApiError as error:
        _ask_again(address_id, SOON if error.decision is Decision.RETRY_LATER else AGAIN)
        log.info("the number of address %d was not told: %s", address_id, error.code)
        return
    if phone is not None and phone.phone:
        _told(address_id, phone)


def _claim(address_id: int) -> tuple[int, ChatId] | None:
    """Put the next time to ask first, so that nobody asks twice, then the number to ask through."""
    now = clock.now()
    with transaction() as work:
        address: GuestAddress | None = claims.take(
            work, GuestAddress.ask_at, address_id, free=False
        )
        if address is None:
            return None
        wait = _limit(work, address.hotel_id, now)
        instance_id = _line(work, address) if wait is None else None
        if instance_id is None:
            address.ask_at = now + (wait or SOON)
            return None
        address.asked_at = now
        address.ask_at = now + AGAIN if now - address.created_at < GIVE_UP else None
        return instance_id, parse_chat_id(address.chat_id)


def _limit(work: Work, hotel_id: int, now: datetime) -> timedelta | None:
    """How long the hotel must wait before it may ask again; None when it may ask now."""
    for most, period, wait in (
        (MOST_A_DAY, AGAIN, timedelta(hours=1)),
        (MOST_A_SECOND, NEXT_SECOND, NEXT_SECOND),
    ):
        asked = work.session.scalar(
            select(func.count())
            .select_from(GuestAddress)
            .where(GuestAddress.hotel_id == hotel_id, GuestAddress.asked_at > now - period)
        )
        if (asked or 0) >= most:
            return wait
    return None


def _line(work: Work, address: GuestAddress) -> int | None:
    """The number that this guest writes to, if it may be used now."""
    return work.session.scalar(
        select(Conversation.instance_id)
        .join(Instance, Instance.id == Conversation.instance_id)
        .where(
            Conversation.hotel_id == address.hotel_id,
            Conversation.chat_id == address.chat_id,
            Instance.pause_reason == "",
        )
        .order_by(Conversation.last_message_at.desc())
        .limit(1)
    )


def _ask_again(address_id: int, wait: timedelta) -> None:
    with transaction() as work:
        work.session.execute(
            update(GuestAddress)
            .where(GuestAddress.id == address_id, GuestAddress.ask_at.is_not(None))
            .values(ask_at=clock.now() + wait)
        )


def _told(address_id: int, phone: ChatId) -> None:
    """Match by the number from now on, and merge with who has it, unless a person undid that."""
    with transaction() as work:
        address = work.session.scalars(
            locks.held(select(GuestAddress).where(GuestAddress.id == address_id))
        ).one()
        address.match_key = match_keys(phone)[0]
        address.ask_at = None
        guest = work.session.get_one(Guest, address.guest_id)
        if not guest.phone:
            guest.phone = phone.phone or ""
        other_id = _owner(work, address, phone)
        hotel_id, guest_id = guest.hotel_id, guest.id
        merges.show(work, hotel_id, (guest_id,))
    if other_id is None or merges.were_parted(hotel_id, guest_id, [other_id]):
        return
    try:
        merges.merge(hotel_id, guest_id, other_id, None)
    except LobbyError as error:  # somebody was faster; the suggestion stays on the screen
        log.info("guest %d was not merged: %s", guest_id, error.message)


def _owner(work: Work, address: GuestAddress, phone: ChatId) -> int | None:
    """Another guest who writes from this very number."""
    return work.session.scalar(
        select(GuestAddress.guest_id)
        .where(
            GuestAddress.hotel_id == address.hotel_id,
            GuestAddress.guest_id != address.guest_id,
            GuestAddress.match_key.in_(match_keys(phone)),
        )
        .order_by(GuestAddress.id)
        .limit(1)
    )
