"""What a program of the hotel sends: to a chat id, a phone number or a guest."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from inbox.errors import Conflict, Invalid, NotFound
from inbox.greenapi import ChatId, from_phone, parse_chat_id
from inbox.models import Conversation, Instance, Message
from inbox.services import audit, locks
from inbox.services.conversations import conversations
from inbox.services.guests import guests
from inbox.services.messages.outgoing import OutgoingContent
from inbox.services.replies import replies
from inbox.services.replies.cancellations import RETRIED
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


@dataclass(frozen=True)
class Envelope:
    """All of an order but what is in it. `kept` is how long it may wait."""

    recipient: Recipient
    client_ref: str | None = None
    quoted_message_id: int | None = None
    send_at: datetime | None = None
    kept: timedelta | None = None


@dataclass(frozen=True)
class Order:
    """What a program asked for. `parcel_for` says what goes to the conversation once that is known;
    `content` stands for it, so that the order can be known again.
    """

    envelope: Envelope
    content: tuple[Any, ...] = field(repr=False)
    parcel_for: Callable[[Conversation], OutgoingContent] = field(repr=False)


@dataclass(frozen=True)
class Taken:
    """What became of an order: its message, and whether that is new."""

    message_id: int
    is_new: bool


def order(envelope: Envelope, parcel: OutgoingContent, file_digest: str = "") -> Order:
    """The order of something that is the same for everybody. `file_digest` stands for its file."""
    content = (parcel.kind, parcel.body, dict(parcel.payload), file_digest)
    return Order(envelope, content, lambda _conversation: parcel)


def send(hotel_id: int, token_id: int, order: Order) -> Taken:
    """Queue or schedule the message. The same `client_ref` and order again is the same message,
    even when its time is over. Raises `Invalid` (also `at`, `quoted`), `NotFound`, `Conflict`.
    """
    envelope = order.envelope
    source = _source(order)
    address = _address(envelope.recipient)
    with transaction() as work:
        known = _known(work, hotel_id, order, source)
        if known is not None:
            return Taken(known, is_new=False)
        conversation = _conversation(work, hotel_id, envelope.recipient, address)
        quoted = replies.quotable(work, conversation, envelope.quoted_message_id)
        message_id, new = replies.queue(
            work,
            conversation,
            order.parcel_for(conversation),
            source,
            quoted=quoted,
            at=envelope.send_at,
        )
        if new:
            _record(work, hotel_id, message_id, token_id)
        return Taken(message_id, new)


def _source(order: Order) -> replies.Source:
    client_ref, kept = order.envelope.client_ref, order.envelope.kept
    if client_ref is not None and RESERVED.fullmatch(client_ref):
        raise Invalid({"client_ref": f"References that begin with {RETRIED} are Lobby's own."})
    if kept is not None and not SHORTEST <= kept <= LONGEST:
        raise Invalid({"expires_in": "A message may wait from 1 minute to 7 days."})
    return replies.Source(replies.API, client_ref, kept=kept, digest=_digest(order))


def _digest(order: Order) -> str:
    """Stands for all that was asked for, so that an order can be known again."""
    envelope = order.envelope
    address = _address(envelope.recipient)
    asked = [
        address.canonical if address else envelope.recipient.guest_id,
        envelope.recipient.id_instance,
        *order.content,
        envelope.quoted_message_id,
        envelope.send_at.isoformat() if envelope.send_at else None,
        envelope.kept.total_seconds() if envelope.kept else None,
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _known(work: Work, hotel_id: int, order: Order, source: replies.Source) -> int | None:
    """The message of this reference. Looked for before anything is written or refused."""
    if source.client_ref is None:
        return None
    earlier = work.session.scalar(
        select(Message).where(
            Message.hotel_id == hotel_id,
            Message.origin == replies.API,
            Message.client_ref == source.client_ref,
        )
    )
    if earlier is not None and not _is_the_same(work, earlier, order, source):
        raise Conflict(replies.USED_BEFORE)
    return earlier.id if earlier is not None else None


def _is_the_same(work: Work, earlier: Message, order: Order, source: replies.Source) -> bool:
    """By its digest. What it holds is asked only of a message from before there were digests."""
    if earlier.request_digest:
        return earlier.request_digest == source.digest
    conversation = work.session.get_one(Conversation, earlier.conversation_id)
    return replies.asks_the_same(earlier, order.parcel_for(conversation), source)


def _record(work: Work, hotel_id: int, message_id: int, token_id: int) -> None:
    audit.record(
        work,
        audit.name_of(audit.Program(token_id)),
        "message.send",
        hotel_id=hotel_id,
        subject=f"message:{message_id}",
    )


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
            return conversations.locked(work, hotel_id, latest.id)
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
