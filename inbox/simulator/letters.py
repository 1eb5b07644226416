"""What somebody writes to the hotel: from a few words of JSON to a message on its way."""

import base64
import binascii
import time
from typing import Any

from inbox.simulator import contents
from inbox.simulator.addresses import is_chat_id, new_message_id
from inbox.simulator.contents import FILE_KINDS, Content, Json
from inbox.simulator.instance import Instance
from inbox.simulator.media import SAMPLE_OF_KIND, MediaFile, mime_type_of, sample
from inbox.simulator.world import World

_ADDRESS_KEYS = ("chat_id", "sender", "sender_name", "chat_name", "from_phone")
_MESSAGE_KEYS = ("type", "text", "quoted_id", "timestamp", "idMessage", "messageData")
_CONTENT_KEYS = ("file", "download_url", "latitude", "longitude", "name", "address", "phone")
KEYS = (*_ADDRESS_KEYS, *_MESSAGE_KEYS, *_CONTENT_KEYS, "emoji")
"""What a letter may hold; chat_id is the only one it must."""
_TYPES = "text, extended, quoted, location, contact, reaction, raw or one of "


class BadLetter(ValueError):
    """A message that cannot be written so; the message of the error says why in words."""


def post(world: World, instance: Instance, letter: Json) -> str:
    """Let a guest write `letter` (or the hotel's phone, with from_phone); returns the idMessage.

    `KEYS` are its keys. BadLetter when it makes no sense.
    """
    _check(letter)
    chat_id = letter["chat_id"]
    guest = instance.guest(chat_id)
    if not guest.name and not chat_id.endswith("@g.us"):
        guest.name = _text(letter, "sender_name")
    content = _content(world, instance, letter)
    id_message = _text(letter, "idMessage") or new_message_id()
    timestamp = _timestamp(letter)
    if letter.get("from_phone") is True:
        instance.write_from_phone(guest, content, id_message, timestamp)
    else:
        sender = _sender_data(instance, letter)
        instance.write(guest, content, id_message, timestamp, sender)
    return id_message


def _check(letter: Json) -> None:
    unknown = sorted(set(letter) - set(KEYS))
    if unknown:
        raise BadLetter(f"a message has no key {', '.join(unknown)}; known are {', '.join(KEYS)}")
    if not is_chat_id(letter.get("chat_id")) and letter.get("chat_id") != "status@broadcast":
        raise BadLetter("chat_id must be digits and @c.us, @lid or @g.us")
    if not isinstance(letter.get("from_phone", False), bool):
        raise BadLetter("from_phone must be true or false")


def _sender_data(instance: Instance, letter: Json) -> Json:
    guest = instance.guest(letter["chat_id"])
    sender = _text(letter, "sender") or guest.chat_id
    name = _text(letter, "sender_name") or guest.name
    return {
        "chatId": guest.chat_id,
        "chatName": _text(letter, "chat_name") or guest.name or name,
        "sender": sender,
        "senderName": name,
        "senderContactName": guest.contact_name,
    }


def _content(world: World, instance: Instance, letter: Json) -> Content:
    kind = _text(letter, "type") or "text"
    content = _content_of_kind(world, instance, kind, letter)
    quoted_id = _text(letter, "quoted_id")
    if not quoted_id or kind == "reaction":
        return content
    author, fields = _quoted(instance, letter, quoted_id)
    return contents.quoting(content, quoted_id, author, fields)


def _content_of_kind(world: World, instance: Instance, kind: str, letter: Json) -> Content:
    if kind in FILE_KINDS:
        return _file(world, instance, kind, letter)
    if kind in ("text", "quoted"):
        return contents.plain_text(_text(letter, "text"))
    if kind == "extended":
        return contents.extended_text(_text(letter, "text"))
    if kind == "location":
        place = _number(letter, "latitude"), _number(letter, "longitude")
        return contents.location(*place, _text(letter, "name"), _text(letter, "address"))
    if kind == "contact":
        return contents.contact(_text(letter, "name"), _text(letter, "phone"))
    if kind == "reaction":
        author, _ = _quoted(instance, letter, _text(letter, "quoted_id"))
        return contents.reaction(_text(letter, "emoji"), _text(letter, "quoted_id"), author)
    if kind == "raw":
        return contents.raw(_raw(letter))
    raise BadLetter(f"type {kind} is not known; use {_TYPES}{', '.join(FILE_KINDS)}")


def _quoted(instance: Instance, letter: Json, quoted_id: str) -> tuple[str, Json | None]:
    """Who wrote the quoted message, and its fields; an unknown one counts as the hotel's."""
    entry = instance.journal.find(quoted_id)
    if entry is None:
        return instance.wid, None
    author = instance.wid if entry.direction == "outgoing" else str(entry.extra["senderId"])
    return author, entry.as_quoted()


def _file(world: World, instance: Instance, kind: str, letter: Json) -> Content:
    file = _given_file(letter.get("file", SAMPLE_OF_KIND[kind]))
    url = _text(letter, "download_url")
    if not url:
        dead = instance.faults.take("dead_link", chat=letter["chat_id"]) is not None
        url = world.link(world.media.put(file, dead))
    name = file.name if kind == "document" else url.rsplit("/", 1)[-1]
    caption = _text(letter, "text")
    return contents.file_of(FILE_KINDS[kind], url, name, file.mime_type, caption, file.thumb)


def _given_file(given: Any) -> MediaFile:
    """A sample by its name, or {"name", "base64", "mime_type"}."""
    if isinstance(given, str):
        try:
            return sample(given)
        except KeyError:
            raise BadLetter(f"there is no sample file {given}") from None
    if not isinstance(given, dict):
        raise BadLetter("file must be the name of a sample or an object")
    name = str(given.get("name", "file"))
    try:
        data = base64.b64decode(str(given.get("base64", "")), validate=True)
    except binascii.Error:
        raise BadLetter("file: base64 is not base64") from None
    return MediaFile(name, str(given.get("mime_type", "")) or mime_type_of(name), data)


def _raw(letter: Json) -> Json:
    data = letter.get("messageData")
    if not isinstance(data, dict):
        raise BadLetter("a raw message needs messageData, a JSON object")
    return data


def _timestamp(letter: Json) -> int:
    given = letter.get("timestamp", int(time.time()))
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadLetter("timestamp must be unix seconds")
    return int(given)


def _text(letter: Json, key: str) -> str:
    value = letter.get(key, "")
    if not isinstance(value, str):
        raise BadLetter(f"{key} must be a text")
    return value


def _number(letter: Json, key: str) -> float:
    value = letter.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadLetter(f"{key} must be a number")
    return float(value)
