"""Methods that collect: the notification queue and files."""

from inbox.greenapi.answers import ReceivedNotification, flag, json_object, received_notification
from inbox.greenapi.chat_ids import ChatId, address
from inbox.greenapi.errors import GreenApiError, TooLarge, TryLater
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call

_SHORTEST_POLL, _LONGEST_POLL = 5, 60
_GRACE = 10


class Receiving:
    """receiveNotification, deleteNotification, downloadFile. All are safe to repeat."""

    _transport: Transport

    def receive_notification(self, receive_timeout: int = 20) -> ReceivedNotification | None:
        """The head of the queue, waiting up to `receive_timeout` (5 to 60) seconds; None if it
        stays empty. One consumer per instance. Refused('webhook_url_set') while webhooks go to an
        address."""
        wait = min(max(receive_timeout, _SHORTEST_POLL), _LONGEST_POLL)
        call = Call("receiveNotification")
        request = Request(
            call,
            query={"receiveTimeout": wait},
            least_read_timeout=wait + _GRACE,
        )
        try:
            answer = self._transport.ask(request)
        except TryLater as error:
            if error.status == 408:
                return None
            raise
        return received_notification(answer, call)

    def delete_notification(self, receipt_id: int) -> bool:
        """Take a notification off the queue. False if it was gone already."""
        call = Call("deleteNotification")
        request = Request(call, "DELETE", tail=str(int(receipt_id)))
        try:
            answer = self._transport.ask(request)
        except GreenApiError as error:
            if error.code == "already_deleted":
                return False
            raise
        return not answer.text or flag(answer, call, "result")

    def download_file(self, chat_id: ChatId | str, id_message: str) -> str:
        """A fresh link to a message's file. TryLater('file_not_ready') when there is none yet."""
        call = Call("downloadFile")
        payload = {"chatId": address(chat_id), "idMessage": id_message}
        answer = self._transport.ask(Request(call, "POST", payload))
        url = json_object(answer, call).text("downloadUrl").strip()
        if url.startswith("{{SWE002"):
            raise TooLarge("file_too_large", method=call.method)
        if not url or url.startswith("{{"):
            raise TryLater("file_not_ready", method=call.method)
        return url
