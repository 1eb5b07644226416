"""Methods that change what was sent."""

from inbox.greenapi.answers import SentMessage, nothing, sent_message
from inbox.greenapi.chat_ids import ChatId
from inbox.greenapi.outgoing import sayable, writable
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call


class Corrections:
    """editMessage, deleteMessage. Doing either twice is doing it once: both are safe to repeat.

    WhatsApp allows an edit for 15 minutes, of texts only, and only of those that the API sent.
    Green API takes a later one all the same and tells of its failure by webhook.
    """

    _transport: Transport

    def edit_message(self, chat_id: ChatId | str, id_message: str, message: str) -> SentMessage:
        """Give a sent text new words. The answer's id is the edit's own: webhooks about the edit
        have it, and name the edited message as `stanzaId`."""
        call = Call("editMessage")
        payload = {
            "chatId": writable(chat_id, call.method),
            "idMessage": id_message,
            "message": sayable(message, call.method),
        }
        return sent_message(self._transport.ask(Request(call, "POST", payload)), call)

    def delete_message(
        self, chat_id: ChatId | str, id_message: str, *, only_sender: bool = False
    ) -> None:
        """Delete a sent message for everyone; with `only_sender` the guest keeps theirs."""
        call = Call("deleteMessage")
        payload: dict[str, object] = {
            "chatId": writable(chat_id, call.method),
            "idMessage": id_message,
        }
        if only_sender:
            payload["onlySenderDelete"] = True
        nothing(self._transport.ask(Request(call, "POST", payload)), call)
