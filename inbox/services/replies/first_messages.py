"""Writing first to a number that has never written: once, to somebody who is there, and not beside
a conversation that exists.
"""

import logging
from dataclasses import dataclass, field

from sqlalchemy import select

from inbox import clock
from inbox.errors import Conflict, Invalid
from inbox.extensions import db
from inbox.greenapi import ChatId, Decision, GreenApiError, Timeout, WhatsAppNumber, match_keys
from inbox.greenapi.fields import clean
from inbox.models import Conversation, GuestAddress, Instance, Message
from inbox.models.states import Origin
from inbox.request_slots import request_slots
from inbox.services import audit
from inbox.services.guests import guests, phone_numbers
from inbox.services.lines import instances
from inbox.services.messages.outgoing import Outgoing, OutgoingContent, text
from inbox.services.replies import replies
from inbox.services.transaction import Work, transaction

log = logging.getLogger(__name__)

PATIENCE = Timeout(connect=2, read=4, total=5)  # somebody looks at the form meanwhile
CHOOSE_NUMBER = "Choose which of the hotel's numbers writes."
NO_WHATSAPP = "This number has no WhatsApp."


@dataclass(frozen=True)
class FirstMessage:
    """Somebody wants to write this text to that number. `instance_id`: from which of the hotel's
    numbers, None when it has but one.
    """

    phone: str = field(repr=False)
    outgoing: Outgoing[str]
    name: str = field(default="", repr=False)
    instance_id: int | None = None


@dataclass(frozen=True)
class Started:
    """Where it led. Not `is_sent`: the conversation was there before, and nothing was written into
    it. Not `is_checked`: whether the number has WhatsApp is asked again when the message goes.
    """

    conversation_id: int
    is_sent: bool
    is_checked: bool


@dataclass(frozen=True)
class _Checked:
    """A first message without a fault, and from whom to whom it goes."""

    outgoing: Outgoing[OutgoingContent]
    chat_id: ChatId
    instance_id: int


def senders(hotel_id: int) -> list[Instance]:
    """The hotel's numbers, of which one writes."""
    query = select(Instance).where(Instance.hotel_id == hotel_id).order_by(Instance.id)
    return list(db.session.scalars(query))


def introduce(hotel_id: int, first_message: FirstMessage) -> Started:
    """Begin a conversation with this message. The same `client_ref` again leads to the same place.

    Raises `Invalid` (`phone`, `body`, `instance`), in words when the number has no
    WhatsApp, and `Conflict` when the hotel has no number yet.
    """
    checked = _check(hotel_id, first_message)
    sent_to = _sent_before(hotel_id, first_message.outgoing.client_ref)
    if sent_to is not None:
        return Started(sent_to, is_sent=True, is_checked=True)
    known = _conversation(hotel_id, checked, match_keys(checked.chat_id))
    if known is not None:
        return Started(known, is_sent=False, is_checked=True)
    number = _ask(checked)
    if number is not None and not number.exists:
        raise Invalid({"phone": NO_WHATSAPP})
    with transaction() as work:
        return _open(work, hotel_id, checked, " ".join(clean(first_message.name).split()), number)


def _check(hotel_id: int, first_message: FirstMessage) -> _Checked:
    """All that is wrong at once, so that it is mended at once."""
    fields: dict[str, str] = {}
    instance_id, chat_id, content = 0, None, None
    try:
        instance_id = _sender(hotel_id, first_message.instance_id)
    except Invalid as error:
        fields |= error.fields
    try:
        chat_id = phone_numbers.of_hotel(hotel_id, first_message.phone)
    except Invalid as error:
        fields |= error.fields
    try:
        content = text(first_message.outgoing.content)
    except Invalid as error:
        fields |= error.fields
    if fields or chat_id is None or content is None:
        raise Invalid(fields)
    return _Checked(first_message.outgoing.holding(content), chat_id, instance_id)


def _sender(hotel_id: int, instance_id: int | None) -> int:
    ids = [instance.id for instance in senders(hotel_id)]
    if not ids:
        raise Conflict("This hotel has no WhatsApp number linked yet.")
    if instance_id is None and len(ids) == 1:
        return ids[0]
    if instance_id not in ids:
        raise Invalid({"instance": CHOOSE_NUMBER})
    return instance_id


def _sent_before(hotel_id: int, client_ref: str | None) -> int | None:
    """The conversation that a first click led to."""
    return db.session.scalar(
        select(Message.conversation_id).where(
            Message.hotel_id == hotel_id,
            Message.origin == Origin.DESK,
            Message.client_ref == client_ref,
        )
    )


def _conversation(hotel_id: int, checked: _Checked, keys: tuple[str, ...]) -> int | None:
    """What the hotel has with this number, under any of its spellings: with the chosen number of
    ours before another, then the latest.
    """
    return db.session.scalar(
        select(Conversation.id)
        .join(
            GuestAddress,
            (GuestAddress.hotel_id == Conversation.hotel_id)
            & (GuestAddress.chat_id == Conversation.chat_id),
        )
        .where(Conversation.hotel_id == hotel_id, GuestAddress.match_key.in_(keys))
        .order_by(
            (Conversation.instance_id == checked.instance_id).desc(),
            Conversation.last_message_at.desc(),
        )
        .limit(1)
    )


def _ask(checked: _Checked) -> WhatsAppNumber | None:
    """What WhatsApp knows of the number; None when that cannot be told quickly. A line that does
    not send is not asked. Raises `Invalid` for a number that cannot be one.
    """
    instance = db.session.get_one(Instance, checked.instance_id)
    rests = instance.paused_until is not None and instance.paused_until > clock.now()
    if instance.pause_reason or rests:
        return None
    try:
        client = instances.client(checked.instance_id, PATIENCE)
        with request_slots.released():
            return client.check_whatsapp(checked.chat_id)
    except GreenApiError as error:
        log.info("a number could not be checked: %s", error.code)
        if error.code == "invalid_phone" and error.decision is Decision.NEVER:
            raise Invalid({"phone": error.words}) from None
        return None


def _open(
    work: Work, hotel_id: int, checked: _Checked, name: str, number: WhatsAppNumber | None
) -> Started:
    """WhatsApp's own spelling of the number is the address that the guest will answer from."""
    chat_id = (number and number.phone_chat_id) or checked.chat_id
    lid = (number.lid.canonical,) if number and number.lid else ()
    keys = (*match_keys(chat_id), *match_keys(checked.chat_id), *lid)
    sent_to = _sent_before(hotel_id, checked.outgoing.client_ref)  # while WhatsApp was asked
    if sent_to is not None:
        return Started(sent_to, is_sent=True, is_checked=True)
    known = _conversation(hotel_id, checked, keys)
    if known is not None:
        return Started(known, is_sent=False, is_checked=True)
    instance = work.session.get_one(Instance, checked.instance_id)
    conversation = guests.conversation_with(work, instance, chat_id, name)
    if number is not None:
        conversation.known_at = clock.now()
    queued = replies.queue(work, conversation, checked.outgoing)
    if queued.is_new:
        by, message_id = checked.outgoing.by, queued.message_id
        audit.act_on_message(work, by, "conversation.begin", hotel_id, message_id)
    return Started(conversation.id, is_sent=True, is_checked=number is not None)
