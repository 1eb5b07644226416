"""What a program of the hotel sends: to a chat id, a phone number or a guest."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inbox.errors import Conflict, Invalid, NotFound
from inbox.greenapi import ChatId, from_phone, parse_chat_id
from inbox.models import Conversation, Instance, Message
from inbox.models.states import Origin
from inbox.services import audit, locks
from inbox.services.guests import guests
from inbox.services.messages.outgoing import Outgoing, OutgoingContent
from inbox.services.replies import replies
from inbox.services.replies.cancellations import RETRIED
from inbox.services.replies.forwards import Forward, content_of
from inbox.services.replies.replies import Queued
from inbox.services.transaction import Work, transaction

RECIPIENTS = ("chat_id", "phone", "guest_id")
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
RESERVED = re.compile(f"{RETRIED}[0-9]+")


@dataclass(frozen=True)
class Recipient:
    """Whom to write to. Exactly one of the first three must be given; `id_instance` is the number
    to write from, the one of the latest conversation if None.
    """

    chat_id: str | None = None
    phone: str | None = None
    guest_id: int | None = None
    id_instance: int | None = None


def send(
    hotel_id: int, recipient: Recipient, outgoing: Outgoing[OutgoingContent | Forward]
) -> Queued:
    """Queue or schedule the message. The same `client_ref` for the same again is the same message,
    even when its time is over. Raises `Invalid` (also `at`, `quoted`), `NotFound`, `Conflict`.
    """
    _check(outgoing)
    address = _address(recipient)
    outgoing = replace(outgoing, digest=_digest(recipient, address, outgoing))
    with transaction() as work:
        known = _known(work, hotel_id, outgoing)
        if known is not None:
            return Queued(known, is_new=False)
        conversation = _conversation(work, hotel_id, recipient, address)
        queued = replies.queue(work, conversation, _for(conversation, outgoing))
        if queued.is_new:
            audit.act_on_message(work, outgoing.by, "message.send", hotel_id, queued.message_id)
        return queued


def _check(outgoing: Outgoing[object]) -> None:
    client_ref, kept = outgoing.client_ref, outgoing.kept
    if client_ref is not None and RESERVED.fullmatch(client_ref):
        raise Invalid({"client_ref": f"References that begin with {RETRIED} are Lobby's own."})
    if kept is not None and not SHORTEST <= kept <= LONGEST:
        raise Invalid({"expires_in": "A message may wait from 1 minute to 7 days."})


def _digest(
    recipient: Recipient, address: ChatId | None, outgoing: Outgoing[OutgoingContent | Forward]
) -> str:
    """Stands for all that was asked for, so that it can be known again."""
    asked = [
        address.canonical if address else recipient.guest_id,
        recipient.id_instance,
        *_asked(outgoing.content),
        outgoing.quoted_message_id,
        outgoing.send_at.isoformat() if outgoing.send_at else None,
        outgoing.kept.total_seconds() if outgoing.kept else None,
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _asked(content: OutgoingContent | Forward) -> tuple[Any, ...]:
    if isinstance(content, Forward):
        return "forward", content.message_id
    digest = content.file.digest if content.file else ""
    return content.kind, content.body, dict(content.payload), digest


def _for(
    conversation: Conversation, outgoing: Outgoing[OutgoingContent | Forward]
) -> Outgoing[OutgoingContent]:
    """What goes to this conversation."""
    content = outgoing.content
    if isinstance(content, Forward):
        content = content_of(conversation.hotel_id, content.message_id, conversation)
    return outgoing.holding(content)


def _known(work: Work, hotel_id: int, outgoing: Outgoing[OutgoingContent | Forward]) -> int | None:
    """The message of this reference. Looked for before anything is written or refused."""
    if outgoing.client_ref is None:
        return None
    earlier = work.session.scalar(
        select(Message).where(
            Message.hotel_id == hotel_id,
            Message.origin == Origin.API,
            Message.client_ref == outgoing.client_ref,
        )
    )
    if earlier is not None and not _is_same(work, earlier, outgoing):
        raise Conflict(replies.USED_BEFORE)
    return earlier.id if earlier is not None else None


def _is_same(work: Work, earlier: Message, outgoing: Outgoing[OutgoingContent | Forward]) -> bool:
    """By its digest. What it holds is asked only of a message from before there were digests."""
    if earlier.request_digest:
        return earlier.request_digest == outgoing.digest
    conversation = work.session.get_one(Conversation, earlier.conversation_id)
    return replies.is_same(earlier, _for(conversation, outgoing))


def _address(to: Recipient) -> ChatId | None:
    """Where to send it; None: wherever the guest writes from."""
    if sum(getattr(to, name) is not None for name in RECIPIENTS) != 1:
        raise Invalid(dict.fromkeys(RECIPIENTS, "Give exactly one of chat_id, phone and guest_id."))
    if to.guest_id is not None:
        return None
    if to.phone is not None:
        try:
            return from_phone(to.phone)
        except ValueError as error:
            raise Invalid({"phone": str(error)}) from None
    chat_id = parse_chat_id(to.chat_id or "")
    if not chat_id.can_receive:
        raise Invalid({"chat_id": "chat_id must look like 79001234567@c.us, 123@g.us or 123@lid."})
    return chat_id


def _conversation(work: Work, hotel_id: int, to: Recipient, address: ChatId | None) -> Conversation:
    """The latest conversation with this address or guest, from the number that was asked for; or a
    new one, from the hotel's first number if none was.
    """
    instance = _instance(work, hotel_id, to.id_instance) if to.id_instance is not None else None
    if address is None:
        assert to.guest_id is not None
        latest = guests.conversation_of(hotel_id, to.guest_id)
        if instance is None or latest.instance_id == instance.id:
            return locks.conversation_of(work, hotel_id, latest.id)
        address = parse_chat_id(latest.chat_id)
    found = _latest(work, hotel_id, address, instance)
    if found is not None:
        return found
    number = instance or _instance(work, hotel_id, None)
    return guests.conversation_with(work, number, address)


def _latest(
    work: Work, hotel_id: int, address: ChatId, instance: Instance | None
) -> Conversation | None:
    query = select(Conversation).where(
        Conversation.hotel_id == hotel_id, Conversation.chat_id == address.canonical
    )
    if instance is not None:
        query = query.where(Conversation.instance_id == instance.id)
    query = query.order_by(Conversation.last_message_at.desc()).limit(1)
    return work.session.scalar(locks.held(query))


def _instance(work: Work, hotel_id: int, id_instance: int | None) -> Instance:
    query = select(Instance).where(Instance.hotel_id == hotel_id).order_by(Instance.id).limit(1)
    if id_instance is not None:
        query = query.where(Instance.id_instance == id_instance)
    found = work.session.scalar(query)
    if found is not None:
        return found
    if id_instance is not None:
        raise NotFound("This hotel has no number with that id_instance.")
    raise Conflict("This hotel has no WhatsApp number linked yet.")
