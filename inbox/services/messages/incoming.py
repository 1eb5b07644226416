"""From what a notification holds to the columns of a message. One function a kind."""

from typing import Any

from inbox.files import file_names
from inbox.greenapi.contents import (
    Choice,
    Contact,
    Contacts,
    Content,
    File,
    GroupInvite,
    Location,
    Marker,
    Menu,
    Poll,
    Text,
    UnknownContent,
)
from inbox.models.states import AttachmentState

FILE_TOO_LARGE = "The file is larger than 100 MB. It can be seen on the hotel's phone only."
NAME_LIMIT = 255
MOST_CARDS = 100


def columns(content: Content, *, forwarded: bool = False) -> dict[str, Any]:
    """`kind`, `body` and `payload` of the message row."""
    payload = _marks(content) if isinstance(content, Text | File) else _payload(content)
    if forwarded:
        payload["forwarded"] = True
    return {"kind": content.kind, "body": content.text, "payload": payload}


def _payload(content: Content) -> dict[str, Any]:
    if isinstance(content, Location):
        return {
            "latitude": content.latitude,
            "longitude": content.longitude,
            "name": content.name,
            "address": content.address,
        }
    if isinstance(content, Contact):
        return _card(content)
    if isinstance(content, Contacts):
        return {"contacts": [_card(card) for card in content.cards[:MOST_CARDS]]}
    return _payload_of_the_rarer(content)


def _payload_of_the_rarer(content: Content) -> dict[str, Any]:
    if isinstance(content, Poll):
        return {"options": list(content.options), "multiple": content.multiple}
    if isinstance(content, Menu):
        return _menu(content)
    if isinstance(content, Choice):
        return {"option_id": content.option_id[:NAME_LIMIT]}
    if isinstance(content, GroupInvite):
        expires = content.expires_at.isoformat() if content.expires_at else ""
        return {"group_name": content.group_name, "expires_at": expires}
    return {"type_message": content.type_message} if isinstance(content, UnknownContent) else {}


def _marks(content: Text | File) -> dict[str, Any]:
    marks: dict[str, Any] = {"marker": content.marker.value} if content.marker else {}
    if isinstance(content, File) and content.is_video_note:
        marks["video_note"] = True
    return marks


def _card(card: Contact) -> dict[str, Any]:
    return {"display_name": card.display_name, "phone": card.phone}


def _menu(menu: Menu) -> dict[str, Any]:
    options = [
        {"text": option.text, "detail": option.detail, "section": option.section}
        for option in menu.options
    ]
    return {
        "title": menu.title,
        "footer": menu.footer,
        "button": menu.button,
        "options": options,
    }


def attachment_columns(content: File) -> dict[str, Any]:
    """The columns of the file that comes with the message.

    A file that Green API could not take is there too, as failed, so that the desk learns of it.
    """
    too_large = content.marker == Marker.FILE_TOO_LARGE
    return {
        "kind": content.kind,
        "state": AttachmentState.FAILED if too_large else AttachmentState.WAITING,
        "source_url": content.url[:2000],
        "file_name": file_names.safe_name(content.file_name)[:NAME_LIMIT],
        "mime_type": content.mime_type[:120],
        "failure_text": FILE_TOO_LARGE if too_large else "",
    }
