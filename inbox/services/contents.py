"""From what a notification holds to the columns of a message. One function a kind."""

from typing import Any

from inbox.greenapi.contents import Contact, Content, File, Location, Marker, Text

FILE_TOO_LARGE = "The file is larger than 100 MB. It can be seen on the hotel's phone only."
NAME_LIMIT = 255


def columns(content: Content) -> dict[str, Any]:
    """`kind`, `body` and `payload` of the message row."""
    return {"kind": content.kind, "body": content.text, "payload": _payload(content)}


def _payload(content: Content) -> dict[str, Any]:
    if isinstance(content, Text):
        return {"marker": content.marker.value} if content.marker else {}
    if isinstance(content, Location):
        return {
            "latitude": content.latitude,
            "longitude": content.longitude,
            "name": content.name,
            "address": content.address,
        }
    if isinstance(content, Contact):
        return {"display_name": content.display_name, "phone": content.phone}
    if isinstance(content, File):
        return {"marker": content.marker.value} if content.marker else {}
    return {"type_message": content.type_message}


def attachment_columns(content: Content) -> dict[str, Any] | None:
    """The columns of the file that comes with the message; None when it has no file.

    A file that Green API could not take is there too, as failed, so that the desk learns of it.
    """
    if not isinstance(content, File):
        return None
    too_large = content.marker == Marker.FILE_TOO_LARGE
    return {
        "kind": content.kind,
        "state": "failed" if too_large else "waiting",
        "source_url": content.url[:2000],
        "file_name": content.file_name[:NAME_LIMIT],
        "mime_type": content.mime_type[:120],
        "failure_text": FILE_TOO_LARGE if too_large else "",
    }
