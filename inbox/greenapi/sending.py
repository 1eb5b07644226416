"""Methods that send. Each only enqueues; none is ever repeated by this package."""

from typing import BinaryIO, ClassVar

from inbox.greenapi.answers import SentMessage, sent_message
from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.errors import Refused, TooLarge
from inbox.greenapi.fields import clean
from inbox.greenapi.multipart import Multipart
from inbox.greenapi.transport import Request, Transport, refuse_large
from inbox.greenapi.verdicts import Call

LONGEST_MESSAGE = 20_000
LARGEST_FILE = 100 * 1024 * 1024
_UPLOAD_READ_TIMEOUT = 120


class Sending:
    """sendMessage, sendFileByUrl, sendFileByUpload.

    All raise GreenApiError; OutcomeUnknown means that the guest may get the message. What Green
    API is known to refuse (bad chat id, empty or too long text, too big file) is refused here
    without a call.
    """

    longest_message: ClassVar[int] = LONGEST_MESSAGE
    largest_file: ClassVar[int] = LARGEST_FILE
    _transport: Transport

    def send_message(
        self,
        chat_id: ChatId | str,
        message: str,
        *,
        quoted_message_id: str | None = None,
        link_preview: bool | None = None,
    ) -> SentMessage:
        """Queue a text. A quoted message must be in the same chat and known to Green API."""
        payload: dict[str, object] = {
            "chatId": writable(chat_id, "sendMessage"),
            "message": _sayable(message, "sendMessage"),
        }
        if link_preview is not None:
            payload["linkPreview"] = link_preview
        return self._send("sendMessage", payload, quoted_message_id)

    def send_file_by_url(
        self,
        chat_id: ChatId | str,
        url_file: str,
        file_name: str,
        *,
        caption: str = "",
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a file that Green API fetches itself. The extension of `file_name` decides how
        WhatsApp shows it."""
        payload: dict[str, object] = {
            "chatId": writable(chat_id, "sendFileByUrl"),
            "urlFile": url_file,
            "fileName": clean(file_name),
        }
        if caption:
            payload["caption"] = _sayable(caption, "sendFileByUrl")
        return self._send("sendFileByUrl", payload, quoted_message_id)

    def send_file_by_upload(
        self,
        chat_id: ChatId | str,
        file: BinaryIO,
        file_name: str,
        *,
        mime_type: str = "",
        caption: str = "",
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a file, read from its position to its end while it is sent. The answer's
        `url_file` can be sent again with `send_file_by_url` for 15 days."""
        method = "sendFileByUpload"
        fields = {"chatId": writable(chat_id, method), "fileName": clean(file_name)}
        if caption:
            fields["caption"] = _sayable(caption, method)
        if quoted_message_id:
            fields["quotedMessageId"] = quoted_message_id
        upload = Multipart(fields, file, clean(file_name), mime_type)
        refuse_large(upload.file_size, LARGEST_FILE, method)
        call = Call(method, is_send=True)
        request = Request(
            call,
            "POST",
            upload=upload,
            to_media_host=True,
            least_read_timeout=_UPLOAD_READ_TIMEOUT,
        )
        return sent_message(self._transport.ask(request), call)

    def _send(
        self, method: str, payload: dict[str, object], quoted_message_id: str | None
    ) -> SentMessage:
        if quoted_message_id:
            payload["quotedMessageId"] = quoted_message_id
        call = Call(method, is_send=True)
        return sent_message(self._transport.ask(Request(call, "POST", payload)), call)


def writable(chat_id: ChatId | str, method: str) -> str:
    """The canonical text of a chat that can be written to. Raises Refused."""
    parsed = parse(chat_id) if isinstance(chat_id, str) else chat_id
    if not parsed.can_receive:
        raise Refused("invalid_chat", method=method)
    return parsed.canonical


def _sayable(text: str, method: str) -> str:
    sayable = clean(text)
    if not sayable.strip():
        raise Refused("empty_message", method=method)
    if len(sayable) > LONGEST_MESSAGE:
        raise TooLarge("message_too_long", method=method)
    return sayable
