"""Webhook JSON, as frozen dataclasses.

`parse` takes the webhook object itself (polling wraps it in `{receiptId, body}`: give it `body`).
Unknown `typeWebhook` gives an UnknownNotification with the raw body; a missing field that nothing
can be done without gives MalformedNotification, which names the field and never its value.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from inbox.greenapi.chat_ids import ChatId
from inbox.greenapi.chat_ids import parse as parse_chat_id
from inbox.greenapi.contents import Content, Quoted, UnknownContent, read_content, read_message
from inbox.greenapi.fields import Fields
from inbox.greenapi.states import Delivery, InstanceState, delivery
from inbox.greenapi.telephone import (
    CallNotification,
    read_other_side,
    read_seconds,
    read_state,
)

Origin = Literal["guest", "phone", "api"]

_LONGEST_KEY = 200


class MalformedNotification(ValueError):
    """A webhook without something that nothing can be done without. `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field} is missing or not of the expected type"


@dataclass(frozen=True)
class MessageNotification:
    """A message: from a guest, typed on the hotel's phone, or the echo of one sent by API.

    `chat_id` is the conversation (answer there); `sender` the person, in a group its member, and
    the hotel's own number for 'phone' and 'api'. Names are '' when not told. `is_incoming`: the
    guest wrote it; `is_echo`: it reports what was sent by API.
    """

    id_instance: int
    timestamp: datetime | None
    origin: Origin
    is_incoming: bool
    is_echo: bool
    id_message: str
    chat_id: ChatId
    sender: ChatId | None
    sender_name: str = field(repr=False)
    chat_name: str = field(repr=False)
    sender_contact_name: str = field(repr=False)
    content: Content
    quoted: Quoted | None
    is_forwarded: bool
    type_message: str


@dataclass(frozen=True)
class StatusNotification:
    """A tick, or a failure. `status` is UNKNOWN for an empty or new word (`raw_status`)."""

    id_instance: int
    timestamp: datetime | None
    id_message: str
    chat_id: ChatId | None
    status: Delivery
    raw_status: str
    description: str = field(repr=False)
    sent_by_api: bool | None


@dataclass(frozen=True)
class StateNotification:
    """The instance changed its state."""

    id_instance: int
    timestamp: datetime | None
    state: InstanceState


@dataclass(frozen=True)
class QuotaNotification:
    """The plan's quota is used up: new chats are refused. Samples have no timestamp."""

    id_instance: int
    timestamp: datetime | None
    used: int | None
    total: int | None


@dataclass(frozen=True)
class UnknownNotification:
    """A kind we do not act on: deviceInfo, avatarInfo, statusInstanceChanged, incomingBlock, and
    what Green API invents tomorrow. `raw` is the whole body.
    """

    id_instance: int
    timestamp: datetime | None
    type_webhook: str
    raw: Mapping[str, object] = field(repr=False)


Notification = (
    MessageNotification
    | StatusNotification
    | StateNotification
    | CallNotification
    | QuotaNotification
    | UnknownNotification
)


def parse(body: Mapping[str, object]) -> Notification:
    """The notification in a webhook body. Raises MalformedNotification, and nothing else."""
    if not isinstance(body, Mapping):
        raise MalformedNotification("body")
    fields = Fields(body)
    type_webhook = _required_word(fields, "typeWebhook")
    id_instance = fields.block("instanceData").integer("idInstance")
    if id_instance is None:
        raise MalformedNotification("instanceData.idInstance")
    read = _READERS.get(type_webhook, _unknown)
    return read(fields, id_instance)


def _required_word(fields: Fields, key: str) -> str:
    word = fields.word(key)
    if not word:
        raise MalformedNotification(key)
    return word


def _message(origin: Origin) -> Callable[[Fields, int], Notification]:
    def read(fields: Fields, id_instance: int) -> Notification:
        people, data = fields.block("senderData"), fields.block("messageData")
        id_message, chat = _required_word(fields, "idMessage"), people.text("chatId")
        if not chat.strip():
            raise MalformedNotification("senderData.chatId")
        sender, parts = people.text("sender"), read_message(data)
        return MessageNotification(
            id_instance=id_instance,
            timestamp=fields.moment("timestamp"),
            origin=origin,
            is_incoming=origin == "guest",
            is_echo=origin == "api",
            id_message=id_message,
            chat_id=parse_chat_id(chat),
            sender=parse_chat_id(sender) if sender.strip() else None,
            sender_name=people.text("senderName").strip(),
            chat_name=people.text("chatName").strip(),
            sender_contact_name=people.text("senderContactName").strip(),
            content=parts.content,
            quoted=parts.quoted,
            is_forwarded=parts.is_forwarded,
            type_message=data.text("typeMessage")[:64],
        )

    return read


def _status(fields: Fields, id_instance: int) -> Notification:
    chat = fields.text("chatId")
    return StatusNotification(
        id_instance=id_instance,
        timestamp=fields.moment("timestamp"),
        id_message=_required_word(fields, "idMessage"),
        chat_id=parse_chat_id(chat) if chat.strip() else None,
        status=delivery(fields.raw("status")),
        raw_status=fields.word("status")[:64],
        description=fields.text("description"),
        sent_by_api=fields.flag("sendByApi"),
    )


def _state(fields: Fields, id_instance: int) -> Notification:
    state = InstanceState.of(fields.raw("stateInstance"))
    if not state.raw:
        raise MalformedNotification("stateInstance")
    return StateNotification(id_instance, fields.moment("timestamp"), state)


def _call(is_incoming: bool) -> Callable[[Fields, int], Notification]:
    def read(fields: Fields, id_instance: int) -> Notification:
        return CallNotification(
            id_instance=id_instance,
            timestamp=fields.moment("timestamp"),
            id_message=_required_word(fields, "idMessage"),
            chat_id=read_other_side(fields),
            is_incoming=is_incoming,
            state=read_state(fields),
            is_video=fields.flag("isVideo") is True,
            seconds=read_seconds(fields),
            chat_name=fields.block("senderData").text("senderName", "chatName").strip(),
        )

    return read


def _quota(fields: Fields, id_instance: int) -> Notification:
    quota = fields.block("quotaData")
    return QuotaNotification(
        id_instance=id_instance,
        timestamp=fields.moment("timestamp"),
        used=quota.integer("used"),
        total=quota.integer("total"),
    )


def _unknown(fields: Fields, id_instance: int) -> Notification:
    return UnknownNotification(
        id_instance=id_instance,
        timestamp=fields.moment("timestamp"),
        type_webhook=fields.word("typeWebhook")[:64],
        raw=fields.values,
    )


_READERS: dict[str, Callable[[Fields, int], Notification]] = {
    "incomingMessageReceived": _message("guest"),
    "outgoingMessageReceived": _message("phone"),
    "outgoingAPIMessageReceived": _message("api"),
    "outgoingMessageStatus": _status,
    "stateInstanceChanged": _state,
    "incomingCall": _call(is_incoming=True),
    "outgoingCall": _call(is_incoming=False),
    "quotaExceeded": _quota,
}

_MESSAGES = ("incomingMessageReceived", "outgoingMessageReceived", "outgoingAPIMessageReceived")
_AMENDMENTS = ("reactionmessage", "editedmessage", "deletedmessage", "pollupdatemessage")
_KEYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_MESSAGES, ("idMessage",)),
    "outgoingMessageStatus": ("idMessage", "status"),
    "incomingCall": ("idMessage", "status"),
    "outgoingCall": ("idMessage", "status"),
    "stateInstanceChanged": ("timestamp", "stateInstance"),
}


def dedupe_key(body: Mapping[str, object]) -> str:
    """The same text for every delivery of one event, within one instance; at most 200 printable
    characters.

    `type:idMessage` for messages, `type:idMessage:status` for statuses and calls,
    `type:timestamp:state` for states; `sha256:<hex>` of the canonical JSON for everything else.
    What changes another message has a digest behind its id: nobody promises that every vote in a
    poll comes with an id of its own. Never raises on parsed JSON.
    """
    fields = Fields.of(body)
    type_webhook = fields.word("typeWebhook")
    names = _KEYS.get(type_webhook, ())
    values = [fields.word(name) for name in names]
    key = ":".join([type_webhook, *values])
    if fields.block("messageData").text("typeMessage").strip().lower() in _AMENDMENTS:
        key += _digest_of_amendment(fields)
    is_whole = bool(values) and bool(values[0])
    if is_whole and len(key) <= _LONGEST_KEY and key.isprintable():
        return key
    return "sha256:" + hashlib.sha256(_canonical(body)).hexdigest()


def _digest_of_amendment(fields: Fields) -> str:
    """Of what it says, not of how: the journal tells the same in another shape."""
    content = read_content(fields.block("messageData"))
    if isinstance(content, UnknownContent):
        return ""
    said = {**asdict(content), "at": fields.integer("timestamp")}
    return ":" + hashlib.sha256(_canonical(said)).hexdigest()[:16]


def _canonical(body: object) -> bytes:
    try:
        return json.dumps(body, sort_keys=True, separators=(",", ":"), default=str).encode()
    except RecursionError:
        # Nested to the interpreter's limit: no message looks like that, one key for all will do.
        return b"nested too deeply"
