"""What all methods that send have in common: the checks before any call, and the call itself."""

from inbox.greenapi.answers import SentMessage, sent_message
from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.errors import Refused, TooLarge
from inbox.greenapi.fields import clean
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call

LONGEST_MESSAGE = 20_000


def writable(chat_id: ChatId | str, method: str) -> str:
    """The canonical text of a chat that can be written to. Raises Refused."""
    parsed = parse(chat_id) if isinstance(chat_id, str) else chat_id
    if not parsed.can_receive:
        raise Refused("invalid_chat", method=method)
    return parsed.canonical


def sayable(text: str, method: str) -> str:
    """The text of a message, storable. Raises Refused for an empty one, TooLarge for a long one."""
    cleaned = clean(text)
    if not cleaned.strip():
        raise Refused("empty_message", method=method)
    if len(cleaned) > LONGEST_MESSAGE:
        raise TooLarge("message_too_long", method=method)
    return cleaned


def enqueue(
    transport: Transport,
    method: str,
    payload: dict[str, object],
    quoted_message_id: str | None,
) -> SentMessage:
    """Make a JSON call that queues one message."""
    if quoted_message_id:
        payload["quotedMessageId"] = quoted_message_id
    call = Call(method, is_send=True)
    return sent_message(transport.ask(Request(call, "POST", payload)), call)
