"""What a program of the hotel sends: to a chat id, a phone number or a guest."""

from dataclasses import dataclass, field

from sqlalchemy import select

from inbox.errors import Conflict, Invalid
from inbox.greenapi import ChatId, from_phone, parse_chat_id
from inbox.models import Conversation, Instance
from inbox.services import audit, conversations, guests, parcels, replies
from inbox.services.transaction import Work, transaction

RECIPIENTS = ("chat_id", "phone", "guest_id")


@dataclass(frozen=True)
class Order:
    """What a program asked for. Exactly one of the three recipients must be given."""

    chat_id: str | None
    phone: str | None
    guest_id: int | None
    message: str = field(repr=False)
    client_ref: str | None


def send(hotel_id: int, token_id: int, order: Order) -> int:
    """Queue the message and return its id. Raises `Invalid`, `NotFound`, `Conflict`."""
    parcel = parcels.text(order.message, name="message")
    source = replies.Source(replies.API, order.client_ref)
    if sum(getattr(order, name) is not None for name in RECIPIENTS) != 1:
        raise Invalid(dict.fromkeys(RECIPIENTS, "Give exactly one of chat_id, phone and guest_id."))
    known = guests.conversation_of(hotel_id, order.guest_id).id if order.guest_id else None
    address = None if known else _address(order)
    with transaction() as work:
        if known is not None:
            conversation = conversations.locked(work, hotel_id, known)
        else:
            assert address is not None
            conversation = _conversation(work, hotel_id, address)
        message_id, new = replies.queue(work, conversation, parcel, source)
        if new:
            _record(work, hotel_id, message_id, token_id)
        return message_id


def _record(work: Work, hotel_id: int, message_id: int, token_id: int) -> None:
    audit.record(
        work,
        f"token:{token_id}",
        "message.send",
        hotel_id=hotel_id,
        subject=f"message:{message_id}",
    )


def _address(order: Order) -> ChatId:
    if order.phone is not None:
        try:
            return from_phone(order.phone)
        except ValueError as error:
            raise Invalid({"phone": str(error)}) from None
    chat_id = parse_chat_id(order.chat_id or "")
    if not chat_id.can_receive:
        raise Invalid({"chat_id": "chat_id must look like 79001234567@c.us, 123@g.us or 123@lid."})
    return chat_id


def _conversation(work: Work, hotel_id: int, chat_id: ChatId) -> Conversation:
    """The latest conversation with this address, or a new one from the hotel's first number."""
    found = work.session.scalar(
        select(Conversation)
        .where(Conversation.hotel_id == hotel_id, Conversation.chat_id == chat_id.canonical)
        .order_by(Conversation.last_message_at.desc())
        .limit(1)
        .with_for_update()
    )
    if found is not None:
        return found
    instance = work.session.scalar(
        select(Instance).where(Instance.hotel_id == hotel_id).order_by(Instance.id).limit(1)
    )
    if instance is None:
        raise Conflict("This hotel has no WhatsApp number linked yet.")
    return guests.conversation_with(work, instance, chat_id)
