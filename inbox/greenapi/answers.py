"""What Green API answers, as frozen dataclasses, and how each is read from a 200.

An acceptance that cannot be read is OutcomeUnknown for a send and TryLater for a look-up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.errors import GreenApiError
from inbox.greenapi.fields import Fields, clean
from inbox.greenapi.states import InstanceState
from inbox.greenapi.verdicts import Answer, Call, uncertain

__all__ = ["InstanceState"]


@dataclass(frozen=True)
class SentMessage:
    """Accepted into the queue, not delivered. `url_file`: an upload's link, good for 15 days."""

    id_message: str
    url_file: str = field(default="", repr=False)


@dataclass(frozen=True)
class ReceivedNotification:
    """The head of the queue. It stays there until `delete_notification(receipt_id)`.

    `body` is a webhook object for `notifications.parse`; {} if there was none to read.
    """

    receipt_id: int
    body: Mapping[str, object] = field(repr=False)


class Settings(Mapping[str, object]):
    """The instance's settings under Green API's names. The repr hides the values."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self._values))})"

    def is_on(self, switch: str) -> bool:
        """Whether a 'yes'/'no' switch such as `incomingWebhook` is on."""
        return Fields(self._values).flag(switch) is True


@dataclass(frozen=True)
class Qr:
    """A QR code to scan (`image`: base64 PNG, lives 20 s), or why there is none.

    `is_linked`: the phone is linked already. `message`: what Green API said instead of a code.
    """

    image: str = field(default="", repr=False)
    is_linked: bool = False
    message: str = ""


@dataclass(frozen=True)
class WaSettings:
    """The linked phone. `chat_id` is None without one; `suspended_until` None when not told."""

    state: InstanceState
    chat_id: ChatId | None = None
    suspended_until: datetime | None = None


@dataclass(frozen=True)
class QueuedMessage:
    """A message in Green API's own send queue. `body` is the request it was made with."""

    id_messages: tuple[str, ...]
    type: str
    chat_id: ChatId | None
    body: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class WhatsAppNumber:
    """Whether a number is on WhatsApp, and its addresses as far as told."""

    exists: bool
    phone_chat_id: ChatId | None = None
    lid: ChatId | None = None


@dataclass(frozen=True)
class ContactInfo:
    """What WhatsApp tells about a person. Strings are '' when not told. `is_disappearing`: messages
    in this chat are deleted after a while.
    """

    chat_id: ChatId | None
    name: str = field(repr=False)
    contact_name: str = field(repr=False)
    avatar_url: str = field(repr=False)
    email: str = field(repr=False)
    description: str = field(repr=False)
    is_business: bool = False
    is_disappearing: bool = False


@dataclass(frozen=True)
class Avatar:
    """A picture's link; '' when there is none. `available`: False when it may not be seen."""

    url: str = field(repr=False)
    available: bool = False


def _unreadable(answer: Answer, call: Call) -> GreenApiError:
    return uncertain("unreadable_answer", call, answer.status)


def json_object(answer: Answer, call: Call) -> Fields:
    """The answer's JSON object. Raises when it is none."""
    if not isinstance(answer.data, dict):
        raise _unreadable(answer, call)
    return Fields(answer.data)


def json_objects(answer: Answer, call: Call) -> tuple[Fields, ...]:
    """The objects in the answer's array; an empty body and `null` are an empty array."""
    if answer.text in ("", "null"):
        return ()
    if not isinstance(answer.data, list):
        raise _unreadable(answer, call)
    return tuple(Fields(item) for item in answer.data if isinstance(item, dict))


def sent_message(answer: Answer, call: Call) -> SentMessage:
    fields = Fields.of(answer.data)
    id_message = fields.word("idMessage")
    if not id_message:
        raise _unreadable(answer, call)
    return SentMessage(id_message, fields.text("urlFile"))


def forwarded_ids(answer: Answer, call: Call, count: int) -> tuple[str, ...]:
    """The ids of the `count` copies. Raises when not every one of them is told."""
    told = json_object(answer, call).raw("messages")
    ids = [Fields({"id": item}).word("id") for item in told] if isinstance(told, list) else []
    if len(ids) != count or not all(ids):
        raise _unreadable(answer, call)
    return tuple(ids)


def uploaded_url(answer: Answer, call: Call) -> str:
    url = json_object(answer, call).text("urlFile").strip()
    if not url:
        raise _unreadable(answer, call)
    return url


def nothing(answer: Answer, call: Call) -> None:
    """An empty body, or JSON, says that it was done. Raises for a page of somebody between us."""
    if answer.text and answer.data is None and answer.text != "null":
        raise _unreadable(answer, call)


def flag(answer: Answer, call: Call, key: str) -> bool:
    """A yes/no answer such as `{"isReboot": true}`. Raises when it says neither."""
    value = json_object(answer, call).flag(key)
    if value is None:
        raise _unreadable(answer, call)
    return value


def received_notification(answer: Answer, call: Call) -> ReceivedNotification | None:
    if answer.text in ("", "null"):
        return None
    fields = json_object(answer, call)
    receipt_id = fields.integer("receiptId")
    if receipt_id is None:
        raise _unreadable(answer, call)
    return ReceivedNotification(receipt_id, fields.block("body").values)


def instance_state(answer: Answer, call: Call) -> InstanceState:
    state = InstanceState.of(json_object(answer, call).raw("stateInstance"))
    if not state.raw:
        raise _unreadable(answer, call)
    return state


def wa_settings(answer: Answer, call: Call) -> WaSettings:
    fields = json_object(answer, call)
    told = fields.text("chatId") or (f"{phone}@c.us" if (phone := fields.word("phone")) else "")
    return WaSettings(
        state=instance_state(answer, call),
        chat_id=parse(told) if told else None,
        suspended_until=fields.moment("suspendedUntil"),
    )


def qr(answer: Answer, call: Call) -> Qr:
    fields = json_object(answer, call)
    kind, message = fields.text("type"), fields.text("message")
    if kind == "qrCode" and message:
        return Qr(image=message.partition("base64,")[2] or message)
    return Qr(is_linked=kind == "alreadyLogged", message=message[:200])


def queued_message(fields: Fields) -> QueuedMessage:
    body = fields.block("body")
    ids = fields.raw("messagesIDs")
    many = [clean(item) for item in ids if isinstance(item, str)] if isinstance(ids, list) else []
    one = fields.word("messageID") or fields.word("messagesIDs")
    chat_id = body.text("chatId")
    return QueuedMessage(
        id_messages=tuple(many or ([one] if one else [])),
        type=fields.text("type"),
        chat_id=parse(chat_id) if chat_id else None,
        body=body.values,
    )


def whatsapp_number(answer: Answer, call: Call) -> WhatsAppNumber:
    exists = flag(answer, call, "existsWhatsapp")
    fields = Fields.of(answer.data)
    told = [parse(fields.text(key)) for key in ("chatId", "phoneNumber")]
    return WhatsAppNumber(
        exists=exists,
        phone_chat_id=next((c for c in told if c.kind == "person"), None),
        lid=next((c for c in told if c.kind == "lid"), None),
    )


def contact_info(answer: Answer, call: Call) -> ContactInfo:
    fields = json_object(answer, call)
    chat_id = fields.text("chatId")
    return ContactInfo(
        chat_id=parse(chat_id) if chat_id else None,
        name=fields.text("name").strip(),
        contact_name=fields.text("contactName").strip(),
        avatar_url=fields.text("avatar"),
        email=fields.text("email"),
        description=fields.text("description"),
        is_business=fields.flag("isBusiness") is True,
        is_disappearing=fields.flag("isDisappearing") is True
        or (fields.integer("messageExpiration") or 0) > 0,
    )


def avatar(answer: Answer, call: Call) -> Avatar:
    fields = json_object(answer, call)
    return Avatar(fields.text("urlAvatar"), fields.flag("available") is True)
