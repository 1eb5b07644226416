"""Methods that send without a file. Each only enqueues; none is ever repeated by this package."""

import re
from collections.abc import Sequence
from typing import ClassVar

from inbox.greenapi.answers import SentMessage, forwarded_ids
from inbox.greenapi.chat_ids import ChatId
from inbox.greenapi.errors import Refused
from inbox.greenapi.fields import clean
from inbox.greenapi.outgoing import LONGEST_MESSAGE, enqueue, sayable, writable
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call

LONGEST_QUESTION = 255
LONGEST_OPTION = 100
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
_PHONE = re.compile(r"[1-9][0-9]{2,14}")


class Sending:
    """sendMessage, sendLocation, sendContact, sendPoll, forwardMessages.

    All raise GreenApiError; OutcomeUnknown means that the guest may get the message. What Green
    API is known to refuse (bad chat id, empty or too long text, a poll with one answer) is refused
    here without a call. A quoted message must be in the same chat and known to Green API.
    """

    longest_message: ClassVar[int] = LONGEST_MESSAGE
    longest_question: ClassVar[int] = LONGEST_QUESTION
    longest_option: ClassVar[int] = LONGEST_OPTION
    fewest_options: ClassVar[int] = FEWEST_OPTIONS
    most_options: ClassVar[int] = MOST_OPTIONS
    _transport: Transport

    def send_message(
        self,
        chat_id: ChatId | str,
        message: str,
        *,
        quoted_message_id: str | None = None,
        link_preview: bool | None = None,
    ) -> SentMessage:
        """Queue a text."""
        payload: dict[str, object] = {
            "chatId": writable(chat_id, "sendMessage"),
            "message": sayable(message, "sendMessage"),
        }
        if link_preview is not None:
            payload["linkPreview"] = link_preview
        return enqueue(self._transport, "sendMessage", payload, quoted_message_id)

    def send_location(
        self,
        chat_id: ChatId | str,
        latitude: float,
        longitude: float,
        *,
        name: str = "",
        address: str = "",
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a place, in degrees. Refused('invalid_place') when it is not on the globe."""
        method = "sendLocation"
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # also false for NaN
            raise Refused("invalid_place", method=method)
        place = {"latitude": float(latitude), "longitude": float(longitude)}
        words = {"nameLocation": clean(name), "address": clean(address)}
        payload = {"chatId": writable(chat_id, method), **place, **_given(words)}
        return enqueue(self._transport, method, payload, quoted_message_id)

    def send_contact(
        self,
        chat_id: ChatId | str,
        phone: str,
        *,
        first_name: str = "",
        company: str = "",
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a contact card: a number's digits with its country code, and at least one name.

        Refused('invalid_phone') or Refused('nameless_contact').
        """
        method = "sendContact"
        if not _PHONE.fullmatch(phone):
            raise Refused("invalid_phone", method=method)
        names = _given({"firstName": clean(first_name), "company": clean(company)})
        if not names:
            raise Refused("nameless_contact", method=method)
        card = {"phoneContact": int(phone), **names}
        payload: dict[str, object] = {"chatId": writable(chat_id, method), "contact": card}
        return enqueue(self._transport, method, payload, quoted_message_id)

    def send_poll(
        self,
        chat_id: ChatId | str,
        question: str,
        options: Sequence[str],
        *,
        multiple: bool = False,
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a poll; `multiple`: several answers may be chosen. Refused('invalid_poll')."""
        method = "sendPoll"
        asked, names = clean(question), [clean(option) for option in options]
        if not _is_poll(asked, names):
            raise Refused("invalid_poll", method=method)
        payload: dict[str, object] = {
            "chatId": writable(chat_id, method),
            "message": asked,
            "options": [{"optionName": name} for name in names],
            "multipleAnswers": multiple,
        }
        return enqueue(self._transport, method, payload, quoted_message_id)

    def forward_messages(
        self, chat_id: ChatId | str, chat_id_from: ChatId | str, id_messages: Sequence[str]
    ) -> tuple[str, ...]:
        """Queue copies of another chat's messages; their new ids, in the same order.

        OutcomeUnknown is about all of them: some may have been taken and others not.
        """
        call = Call("forwardMessages", is_send=True)
        if isinstance(id_messages, str) or not id_messages or not all(id_messages):
            raise Refused("nothing_to_forward", method=call.method)
        payload = {
            "chatId": writable(chat_id, call.method),
            "chatIdFrom": writable(chat_id_from, call.method),
            "messages": list(id_messages),
        }
        answer = self._transport.ask(Request(call, "POST", payload))
        return forwarded_ids(answer, call, len(id_messages))


def _given(words: dict[str, str]) -> dict[str, str]:
    """Only what was said."""
    return {key: text for key, text in words.items() if text.strip()}


def _is_poll(question: str, options: list[str]) -> bool:
    in_words = [option.strip() for option in options]
    return (
        bool(question.strip())
        and len(question) <= LONGEST_QUESTION
        and FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS
        and all(in_words)
        and len(set(in_words)) == len(options)
        and all(len(option) <= LONGEST_OPTION for option in options)
    )
