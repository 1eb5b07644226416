"""Methods that send or store a file."""

import re
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar

from inbox.greenapi.answers import SentMessage, sent_message, uploaded_url
from inbox.greenapi.bodies import Body, bare, multipart
from inbox.greenapi.chat_ids import ChatId
from inbox.greenapi.errors import Refused, TooLarge
from inbox.greenapi.fields import clean
from inbox.greenapi.outgoing import enqueue, sayable, writable
from inbox.greenapi.transport import Request, Transport
from inbox.greenapi.verdicts import Call

LARGEST_FILE = 100 * 1024 * 1024
LONGEST_CAPTION = 1024
"""Green API's documents say 1024 in one place and 20,000 in another: what both allow."""

_UPLOAD_READ_TIMEOUT = 120
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


class Uploads:
    """sendFileByUrl, sendFileByUpload, uploadFile.

    All raise GreenApiError. The two that send may raise OutcomeUnknown; `upload_file` reaches no
    guest and is safe to repeat. A file name ends in the file's type, which decides how WhatsApp
    shows it; one without is refused, as is an empty or too large file, before any call.
    """

    largest_file: ClassVar[int] = LARGEST_FILE
    longest_caption: ClassVar[int] = LONGEST_CAPTION
    _transport: Transport

    def send_file_by_url(
        self,
        chat_id: ChatId | str,
        url_file: str,
        file_name: str,
        *,
        caption: str = "",
        quoted_message_id: str | None = None,
    ) -> SentMessage:
        """Queue a file that Green API fetches itself, such as one of `upload_file`."""
        method = "sendFileByUrl"
        payload: dict[str, object] = {
            "chatId": writable(chat_id, method),
            "urlFile": url_file,
            "fileName": _typed_name(file_name, method),
        }
        if caption:
            payload["caption"] = _caption(caption, method)
        return enqueue(self._transport, method, payload, quoted_message_id)

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
        call = Call("sendFileByUpload", is_send=True)
        name = _typed_name(file_name, call.method)
        fields = {"chatId": writable(chat_id, call.method), "fileName": name}
        if caption:
            fields["caption"] = _caption(caption, call.method)
        if quoted_message_id:
            fields["quotedMessageId"] = quoted_message_id
        upload = multipart(fields, file, name, mime_type)
        return sent_message(self._transport.ask(_request(call, upload)), call)

    def upload_file(self, file: BinaryIO, file_name: str, mime_type: str) -> str:
        """Store a file, read from its position to its end, and send nothing: the link, good for
        `send_file_by_url` for 15 days. An unclear outcome is TryLater."""
        call = Call("uploadFile")
        upload = bare(file, _typed_name(file_name, call.method), mime_type)
        return uploaded_url(self._transport.ask(_request(call, upload)), call)


def _request(call: Call, upload: Body) -> Request:
    if not upload.file_size:
        raise Refused("empty_file", method=call.method)
    if upload.file_size > LARGEST_FILE:
        raise TooLarge("file_too_large", method=call.method)
    return Request(
        call,
        "POST",
        upload=upload,
        to_media_host=True,
        least_read_timeout=_UPLOAD_READ_TIMEOUT,
    )


def _typed_name(file_name: str, method: str) -> str:
    name = _CONTROLS.sub("", clean(file_name)).strip()
    if len(PurePosixPath(name).suffix) < 2:
        raise Refused("untyped_file", method=method)
    return name


def _caption(text: str, method: str) -> str:
    caption = sayable(text, method)
    if len(caption) > LONGEST_CAPTION:
        raise TooLarge("caption_too_long", method=method)
    return caption
