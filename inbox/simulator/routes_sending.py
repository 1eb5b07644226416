"""sendMessage and its sisters: validate, make the content, queue it."""

import requests

from inbox.simulator import contents
from inbox.simulator.calls import (
    Answer,
    Call,
    Method,
    Refusal,
    chat_id_of,
    json_answer,
    number_of,
    optional_text,
    text_answer,
    text_of,
)
from inbox.simulator.contents import Content, Json
from inbox.simulator.media import MediaFile, kind_of, mime_type_of
from inbox.simulator.outbox import Outgoing

MESSAGE_LIMIT = 20_000
CAPTION_LIMIT = 1024
FILE_LIMIT = 100 * 1024 * 1024
_BEFORE_ANSWER_SECONDS = 5.0


def send_message(call: Call) -> Answer:
    """Text."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    text = text_of(call, body, "message", MESSAGE_LIMIT)
    _check_typing(call, body)
    return _accepted(call, chat_id, contents.extended_text(text), body)


def send_file_by_url(call: Call) -> Answer:
    """A file that Green API fetches."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    url = text_of(call, body, "urlFile")
    name = text_of(call, body, "fileName")
    caption = optional_text(call, body, "caption", CAPTION_LIMIT)
    file = _fetch(call, url, name)
    return _accepted(call, chat_id, _file_content(call, file, caption), body)


def send_file_by_upload(call: Call) -> Answer:
    """A file in a form; the answer names a link to it as well."""
    body: Json = dict(call.form)
    chat_id = chat_id_of(call, body)
    if call.upload is None:
        raise call.failed("'file' is required")
    _check_size(call.upload.data)
    name = optional_text(call, body, "fileName") or call.upload.name
    caption = optional_text(call, body, "caption", CAPTION_LIMIT)
    file = MediaFile(name, _typed(call.upload, name), call.upload.data)
    content = _file_content(call, file, caption)
    id_message = _enqueue(call, chat_id, content, body)
    return json_answer({"idMessage": id_message, "urlFile": content.journal["downloadUrl"]})


def upload_file(call: Call) -> Answer:
    """A file as the bare body, for a later sendFileByUrl."""
    if not call.raw:
        raise call.failed("'file' is required")
    _check_size(call.raw)
    name = call.headers.get("GA-Filename", "") or "file"
    mime_type = call.headers.get("Content-Type", "") or mime_type_of(name)
    path = call.world.media.put(MediaFile(name, mime_type, call.raw))
    return json_answer({"urlFile": call.world.link(path)})


def send_location(call: Call) -> Answer:
    """A place."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    latitude = number_of(call, body, "latitude", 90)
    longitude = number_of(call, body, "longitude", 180)
    name = optional_text(call, body, "nameLocation")
    address = optional_text(call, body, "address")
    content = contents.location(latitude, longitude, name, address)
    return _accepted(call, chat_id, content, body)


def send_contact(call: Call) -> Answer:
    """A visiting card."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    card = body.get("contact")
    if not isinstance(card, dict):
        raise call.failed("'contact' is required")
    phone = number_of(call, card, "phoneContact")
    names = [optional_text(call, card, key) for key in ("firstName", "middleName", "lastName")]
    name = " ".join(one for one in names if one) or optional_text(call, card, "company")
    if not name:
        raise call.failed("'contact' must contain at least one of firstName, lastName, company")
    return _accepted(call, chat_id, contents.contact(name, f"{phone:.0f}"), body)


def send_poll(call: Call) -> Answer:
    """A poll."""
    body = call.json()
    chat_id = chat_id_of(call, body)
    question = text_of(call, body, "message", 255)
    options = _poll_options(call, body.get("options"))
    content = contents.poll(question, options, bool(body.get("multipleAnswers", False)))
    return _accepted(call, chat_id, content, body)


def forward_messages(call: Call) -> Answer:
    """Copies of another chat's messages, each a send of its own; all or none."""
    body = call.json()
    chat_id, source = chat_id_of(call, body), text_of(call, body, "chatIdFrom")
    asked = body.get("messages")
    if not isinstance(asked, list) or not asked:
        raise call.failed("'messages' must contain at least 1 items")
    found = [call.instance.journal.find(str(one)) for one in asked]
    known = [entry for entry in found if entry is not None and entry.chat_id == source]
    if len(known) < len(asked):
        raise Refusal(text_answer("ID message notfound", 400))
    copies = [contents.forwarded(entry.content) for entry in known]
    return json_answer({"messages": [_enqueue(call, chat_id, copy, body) for copy in copies]})


def archived(call: Call) -> Answer:
    """The methods that WhatsApp no longer carries."""
    return text_answer("temporarily not working", 403)


METHODS = (
    Method("sendMessage", "POST", send_message),
    Method("sendFileByUrl", "POST", send_file_by_url),
    Method("sendFileByUpload", "POST", send_file_by_upload),
    Method("uploadFile", "POST", upload_file),
    Method("sendLocation", "POST", send_location),
    Method("sendContact", "POST", send_contact),
    Method("sendPoll", "POST", send_poll),
    Method("forwardMessages", "POST", forward_messages),
    Method("sendButtons", "POST", archived),
    Method("sendTemplateButtons", "POST", archived),
    Method("sendListMessage", "POST", archived),
)


def _accepted(call: Call, chat_id: str, content: Content, body: Json) -> Answer:
    return json_answer({"idMessage": _enqueue(call, chat_id, content, body)})


def _enqueue(call: Call, chat_id: str, content: Content, body: Json) -> str:
    """Queue the send. A quoted message that Green API does not know is sent without the quote."""
    instance = call.instance
    quoted_id = optional_text(call, body, "quotedMessageId")
    quoted = instance.journal.find(quoted_id) if quoted_id else None
    if quoted is not None and quoted.chat_id == chat_id:
        author = instance.wid if quoted.direction == "outgoing" else quoted.extra["senderId"]
        content = contents.quoting(content, quoted_id, author, quoted.as_quoted())
    else:
        quoted_id = ""
    outgoing = Outgoing(call.method, chat_id, content, body, quoted_id)
    early = instance.faults.take("status_before_answer", call.method, chat_id)
    id_message = instance.outbox.accept(outgoing, at_once=early is not None)
    if early is not None:
        instance.webhooks.wait_empty(_BEFORE_ANSWER_SECONDS)
    return id_message


def _poll_options(call: Call, options: object) -> list[Json]:
    if not isinstance(options, list) or not 2 <= len(options) <= 12:
        raise call.failed("'options' must contain between 2 and 12 items")
    if not all(isinstance(one, dict) for one in options):
        raise call.failed("'options' must be a list of objects")
    names = [text_of(call, one, "optionName", 100) for one in options]
    if len(set(names)) < len(names):
        raise call.failed("'options' contains a duplicate value")
    return [{"optionName": name} for name in names]


def _check_size(data: bytes) -> None:
    if len(data) > FILE_LIMIT:
        raise Refusal(Answer(413))


def _check_typing(call: Call, body: Json) -> None:
    typing = body.get("typingTime")
    if typing is not None and not (isinstance(typing, int) and 1000 <= typing <= 20_000):
        raise call.failed("'typingTime' must be between 1000 and 20000")


def _file_content(call: Call, file: MediaFile, caption: str) -> Content:
    url = call.world.link(call.world.media.put(file))
    kind = kind_of(file.mime_type)
    return contents.file_of(kind, url, file.name, file.mime_type, caption, file.thumb)


def _typed(file: MediaFile, name: str) -> str:
    """The type by the name's ending, which decides; else what the form said."""
    guessed = mime_type_of(name)
    return file.mime_type if guessed == "application/octet-stream" and file.mime_type else guessed


def _fetch(call: Call, url: str, name: str) -> MediaFile:
    mime_type = mime_type_of(name)
    own = call.world.media.find(url) if url.startswith(call.world.config.base_url) else None
    if own is not None:
        return MediaFile(name, mime_type, own.data, own.thumb)
    if not call.world.config.fetch_urls:
        return MediaFile(name, mime_type, b"")
    try:
        with requests.get(url, timeout=10, stream=True) as answer:
            answer.raise_for_status()
            data = answer.raw.read(FILE_LIMIT + 1, decode_content=True)
    except (requests.RequestException, OSError):
        raise Refusal(text_answer("File unavailable", 500)) from None
    if len(data) > FILE_LIMIT:
        words = f"File from url exceeded max upload size. Size: {len(data) >> 20}mb Limit: 100mb"
        raise Refusal(text_answer(words, 500))
    return MediaFile(name, mime_type, data)
