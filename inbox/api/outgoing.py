"""A program says what is to be sent to whom: read from JSON or from a form with a file."""

from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO, TypeVar, cast

from flask import g
from werkzeug.datastructures import FileStorage

from inbox.api.fields import Fields, named
from inbox.errors import Invalid
from inbox.models import TEXT_LIMIT
from inbox.models.states import Origin
from inbox.services.audit import Program
from inbox.services.messages import outgoing as contents
from inbox.services.messages.outgoing import (
    CAPTION_LIMIT,
    NAME_LIMIT,
    REF_LIMIT,
    Outgoing,
    OutgoingContent,
)
from inbox.services.replies.attachments import BrowserFile
from inbox.services.replies.forwards import Forward
from inbox.services.replies.program_messages import LONGEST, SHORTEST, Recipient

Content = TypeVar("Content")

# How services call these fields.
NAMES = {"at": "send_at", "quoted": "quoted_message_id", "body": "text"}


def from_json(fields: Fields) -> tuple[Recipient, Outgoing[OutgoingContent]]:
    """A text, a place, a contact or a poll, and for whom. Raises `Invalid`."""
    given = [name for name in CONTENTS if name in fields]
    made = [CONTENTS[name](fields) for name in given]
    if len(given) != 1:
        words = f"Give exactly one of {', '.join(CONTENTS)}."
        fields.wrong |= dict.fromkeys(given or ("text",), words)
    recipient, outgoing = _addressed(fields, made[0] if made else None)
    assert outgoing.content is not None  # or `_addressed` had something to say
    return recipient, outgoing.holding(outgoing.content)


def to_forward(fields: Fields, message_id: int) -> tuple[Recipient, Outgoing[Forward]]:
    """A message to pass on, for whom and when. A forwarded message quotes nothing. Raises
    `Invalid`.
    """
    return _addressed(fields, Forward(message_id), may_quote=False)


def from_form(fields: Fields, file: FileStorage | None) -> tuple[Recipient, Outgoing[BrowserFile]]:
    """A file with its caption, still outside our store, and for whom. Raises `Invalid`."""
    caption, is_voice = fields.text("caption", CAPTION_LIMIT) or "", fields.flag("voice")
    if file is None or not file.filename:
        fields.wrong["file"] = "Send one file, with its name, as the part called file."
    recipient, outgoing = _addressed(fields, None)
    assert file is not None  # or `_addressed` had something to say
    stream = cast(BinaryIO, file.stream)
    return recipient, outgoing.holding(BrowserFile(stream, file.filename or "", is_voice, caption))


def _addressed(
    fields: Fields, content: Content, *, may_quote: bool = True
) -> tuple[Recipient, Outgoing[Content]]:
    """What is the same for every kind. Raises all that is wrong."""
    recipient = Recipient(
        chat_id=fields.text("chat_id"),
        phone=fields.text("phone"),
        guest_id=fields.number("guest_id"),
        id_instance=fields.number("id_instance"),
    )
    client_ref = fields.text("client_ref", REF_LIMIT)
    quoted = fields.number("quoted_message_id") if may_quote else None
    send_at = fields.moment("send_at")
    kept = fields.number("expires_in", _seconds(SHORTEST), _seconds(LONGEST))
    fields.finish()
    return recipient, Outgoing(
        content,
        Origin.API,
        Program(g.token_id),
        client_ref,
        quoted_message_id=quoted,
        send_at=send_at,
        kept=timedelta(seconds=kept) if kept is not None else None,
    )


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())


def _text(fields: Fields) -> OutgoingContent | None:
    text = fields.text("text", TEXT_LIMIT)
    return _made(fields, "", lambda: contents.text(text or "", name="text"))


def _location(fields: Fields) -> OutgoingContent | None:
    place = fields.inner("location")
    if place is None:
        return None
    latitude, longitude = place.degrees("latitude", 90), place.degrees("longitude", 180)
    name, address = (place.text(field, NAME_LIMIT) or "" for field in ("name", "address"))
    _needs(place, latitude=latitude, longitude=longitude)
    if not _is_sound(fields, place) or latitude is None or longitude is None:
        return None
    return _made(fields, "location.", lambda: contents.location(latitude, longitude, name, address))


def _contact(fields: Fields) -> OutgoingContent | None:
    card = fields.inner("contact")
    if card is None:
        return None
    name, phone = card.text("name", NAME_LIMIT), card.text("phone")
    _needs(card, name=name, phone=phone)
    if not _is_sound(fields, card) or name is None or phone is None:
        return None
    return _made(fields, "contact.", lambda: contents.contact(name, phone))


def _poll(fields: Fields) -> OutgoingContent | None:
    poll = fields.inner("poll")
    if poll is None:
        return None
    question = poll.text("question", contents.QUESTION_LIMIT)
    options = poll.texts(
        "options", contents.FEWEST_OPTIONS, contents.MOST_OPTIONS, contents.OPTION_LIMIT
    )
    multiple = poll.flag("multiple")
    _needs(poll, question=question, options=options)
    if not _is_sound(fields, poll) or question is None or options is None:
        return None
    return _made(fields, "poll.", lambda: contents.poll(question, options, multiple=multiple))


CONTENTS: dict[str, Callable[[Fields], OutgoingContent | None]] = {
    "text": _text,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
}


def _needs(fields: Fields, **values: object) -> None:
    for name, value in values.items():
        if value is None:
            fields.miss(name)


def _is_sound(fields: Fields, inner: Fields) -> bool:
    """Whether nothing is wrong inside. What is, is told with the rest."""
    try:
        inner.finish()
    except Invalid as error:
        fields.wrong |= error.fields
        return False
    return True


def _made(
    fields: Fields, prefix: str, make: Callable[[], OutgoingContent]
) -> OutgoingContent | None:
    try:
        with named(prefix):
            return make()
    except Invalid as error:
        fields.wrong = error.fields | fields.wrong
        return None
