"""A browser's bytes become a file of our store, kept only if a message holds it in the end."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from inbox.errors import Invalid
from inbox.extensions import db
from inbox.files import file_names, media_types, voice_notes
from inbox.files.media_store import FolderStore
from inbox.models import Attachment, Message
from inbox.services.conversations import conversations
from inbox.services.intake import downloads
from inbox.services.messages.outgoing import Outgoing, StoredFile
from inbox.services.messages.outgoing import file as file_content
from inbox.services.replies import replies

log = logging.getLogger(__name__)

PIECE = 256 * 1024
EMPTY = "This file is empty, so there is nothing to send."
TOO_LARGE = "This file is larger than 100 MB, which is the most that WhatsApp takes."
MOVING = "WhatsApp does not take moving GIFs. Save it as MP4 and send that."
VOICE_NAME = "voice message.ogg"
# Green API takes these and phones show nothing (its issues 53, 59, 336): sent as a plain picture.
MADE_PLAIN = ("image/gif", "image/webp", "image/bmp", "image/avif")


@dataclass(frozen=True)
class BrowserFile:
    """A browser, or a program, sent a file with a text under it. Its name is hearsay;
    `is_recording`: it was spoken into the page.
    """

    content: BinaryIO
    file_name: str
    is_recording: bool = False
    caption: str = ""


def send(
    hotel_id: int, conversation_id: int, outgoing: Outgoing[BrowserFile], store: FolderStore
) -> Message:
    """Queue or schedule a file that a person sends and return its row; see `replies.send`. Whatever
    goes wrong, and for a reference that was used before, nothing new stays in the store.

    Raises `Invalid` (`file`, `caption`) besides.
    """
    conversations.get(hotel_id, conversation_id)
    file = keep(outgoing.content, store)
    try:
        content = file_content(file, outgoing.content.caption)
        message = replies.send(hotel_id, conversation_id, outgoing.holding(content))
    except BaseException:
        if not is_held(hotel_id, outgoing.client_ref, file):
            forget(file, store)
        raise
    if all(attachment.storage_key != file.key for attachment in message.attachments):
        forget(file, store)
    return message


def is_held(hotel_id: int, client_ref: str | None, file: StoredFile) -> bool:
    """Whether a message holds the file after all. While the database cannot say, it stays: a file
    too many costs room, one too few a guest's message."""
    try:
        db.session.rollback()
        keys = db.session.scalars(
            select(Attachment.storage_key)
            .join(Message, Message.id == Attachment.message_id)
            .where(Message.hotel_id == hotel_id, Message.client_ref == client_ref)
        )
        return file.key in set(keys)
    except SQLAlchemyError as error:
        log.error("whether a file is held is unknown: %s", type(error).__name__)
        return True


def forget(file: StoredFile, store: FolderStore) -> None:
    """Take the file out of the store."""
    for key in filter(None, (file.key, file.thumb_key)):
        store.drop(key)


def keep(upload: BrowserFile, store: FolderStore) -> StoredFile:
    """Put what a browser sent into the store, as it will be sent. Raises `Invalid` (`file`)."""
    with store.incoming() as file, store.incoming() as changed:
        _copy(upload.content, file)
        if upload.is_recording:
            voice_notes.convert(file, changed)
            return _stored(store, changed, "voice", "audio/ogg", VOICE_NAME)
        mime_type = _type_of(Path(file.name), upload.file_name)
        if mime_type == "image/gif" and media_types.is_moving(Path(file.name)):
            raise Invalid({"file": MOVING})
        if mime_type in MADE_PLAIN and (plain := media_types.plain_picture(Path(file.name))):
            mime_type = plain.mime_type
            changed.write(plain.content)
            changed.flush()
            file = changed
        return _named(store, file, mime_type, upload.file_name)


def _copy(content: BinaryIO, file: BinaryIO) -> None:
    """Piece by piece, and no more than may be sent."""
    size = 0
    while piece := content.read(PIECE):
        size += len(piece)
        if size > downloads.LARGEST:
            raise Invalid({"file": TOO_LARGE})
        file.write(piece)
    if not size:
        raise Invalid({"file": EMPTY})
    file.flush()


def _type_of(path: Path, file_name: str) -> str:
    """What the bytes say. Of two kinds that look alike to them, the name decides."""
    mime_type = media_types.sniff(path)
    if mime_type == "video/mp4" and file_name.lower().endswith(".m4a"):
        return "audio/mp4"
    if mime_type == media_types.UNKNOWN and media_types.is_text(path):
        return "text/plain"
    return mime_type


def _named(store: FolderStore, file: BinaryIO, mime_type: str, file_name: str) -> StoredFile:
    """The file under a name that WhatsApp understands. A picture that cannot be read would not be
    shown by a phone either, and goes as a document."""
    kind = file_names.kind(mime_type)
    picture = media_types.picture(Path(file.name)) if kind == "image" else None
    if kind == "image" and picture is None:
        kind, mime_type = "document", media_types.UNKNOWN
    name = file_names.fitting(file_name, mime_type)
    return _stored(store, file, kind, mime_type, name, picture)


def _stored(
    store: FolderStore,
    file: BinaryIO,
    kind: str,
    mime_type: str,
    name: str,
    picture: media_types.Picture | None = None,
) -> StoredFile:
    key = store.keep(file)
    size = store.path(key).stat().st_size
    if picture is None:
        return StoredFile(kind, key, name, mime_type, size)
    with store.incoming() as thumb:
        thumb.write(picture.thumbnail)
        thumb_key = store.keep(thumb)
    return StoredFile(kind, key, name, mime_type, size, thumb_key, picture.width, picture.height)
