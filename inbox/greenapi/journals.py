"""Methods about the journals and the send queue."""

from collections.abc import Iterable

from inbox.greenapi.answers import QueuedMessage, flag, json_object, json_objects, queued_message
from inbox.greenapi.chat_ids import ChatId, address
from inbox.greenapi.errors import GreenApiError
from inbox.greenapi.fields import Fields
from inbox.greenapi.journal import JournalMessage, read_journal_message
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call, uncertain

_A_DAY = 1440
_JOURNAL_READ_TIMEOUT = 60


class Journals:
    """getMessage, lastOutgoingMessages, lastIncomingMessages, getChatHistory,
    showMessagesQueue, clearMessagesQueue, getMessagesCount, getWebhooksCount. All are safe to
    repeat; journals lag up to two minutes."""

    _transport: Transport

    def get_message(self, chat_id: ChatId | str, id_message: str) -> JournalMessage | None:
        """One message; None when the journal does not know it, or not yet."""
        call = Call("getMessage")
        payload = {"chatId": address(chat_id), "idMessage": id_message}
        try:
            answer = self._transport.ask(Request(call, "POST", payload))
        except GreenApiError as error:
            if error.code == "not_found":
                return None
            raise
        if answer.text in ("", "null"):
            return None
        fields = json_object(answer, call)
        return read_journal_message(fields.block("message") or fields)

    def last_outgoing_messages(self, minutes: int = _A_DAY) -> list[JournalMessage]:
        """What was sent in the last `minutes`, with its status. One call a second at most."""
        return self._journal(Request(Call("lastOutgoingMessages"), query={"minutes": minutes}))

    def last_incoming_messages(self, minutes: int = _A_DAY) -> list[JournalMessage]:
        """What was received in the last `minutes`. One call a second at most."""
        return self._journal(Request(Call("lastIncomingMessages"), query={"minutes": minutes}))

    def get_chat_history(self, chat_id: ChatId | str, count: int = 100) -> list[JournalMessage]:
        """A chat's last messages, newest first. One call a second at most."""
        payload = {"chatId": address(chat_id), "count": count}
        return self._journal(Request(Call("getChatHistory"), "POST", payload))

    def show_messages_queue(self) -> list[QueuedMessage]:
        """What waits in Green API's send queue, first to go first."""
        call = Call("showMessagesQueue")
        return [queued_message(item) for item in self._objects(Request(call))]

    def clear_messages_queue(self) -> bool:
        """Drop all that waits in Green API's send queue: none of it will reach a guest."""
        call = Call("clearMessagesQueue")
        return flag(self._transport.ask(Request(call)), call, "isCleared")

    def get_messages_count(self) -> int:
        """How many messages wait in Green API's send queue."""
        return self._count(Call("getMessagesCount"))

    def get_webhooks_count(self) -> int:
        """How many notifications wait to be taken by us; refreshed every ten seconds."""
        return self._count(Call("getWebhooksCount"))

    def _count(self, call: Call) -> int:
        answer = self._transport.ask(Request(call))
        count = json_object(answer, call).integer("count")
        if count is None:
            raise uncertain("unreadable_answer", call, answer.status)
        return count

    def _journal(self, request: Request) -> list[JournalMessage]:
        messages = (read_journal_message(item) for item in self._objects(request))
        return [message for message in messages if message]

    def _objects(self, request: Request) -> Iterable[Fields]:
        patient = Request(
            request.call,
            request.verb,
            request.payload,
            query=request.query,
            least_read_timeout=_JOURNAL_READ_TIMEOUT,
        )
        return json_objects(self._transport.ask(patient), request.call)
