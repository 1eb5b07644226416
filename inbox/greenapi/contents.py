"""What a message holds: webhook, journal and quote, one reader for the three.

Each `typeMessage` is one row of KINDS. To teach a new kind: write its dataclass (with `kind` and
`text`), a function that reads it from its block, and a row. What has no row, or makes no sense, is
an UnknownContent with its raw body, never an error.

The same content stands in three places under different names: in a webhook's `messageData`
(`textMessageData: {…}`), in a journal object (`location: {…}`, or flat fields) and in a quote
(journal style again). A row names the blocks it may stand in; where none of them is there the
fields are taken from the object itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.amendments import (
    Deletion,
    Edit,
    Reaction,
    read_deletion,
    read_edit,
    read_from_journal,
    read_reaction,
)
from inbox.greenapi.cards import (
    Contact,
    Contacts,
    GroupInvite,
    Location,
    read_contact,
    read_contacts,
    read_group_invite,
    read_location,
)
from inbox.greenapi.fields import Fields
from inbox.greenapi.files import File, FileKind, read_audio, reader_of
from inbox.greenapi.menus import (
    Choice,
    Menu,
    Option,
    read_choice,
    read_menu,
    read_menu_or_choice,
)
from inbox.greenapi.polls import Poll, PollVotes, Vote, read_poll, read_votes
from inbox.greenapi.texts import Marker, Text, read_text

__all__ = [
    "KINDS",
    "Amendment",
    "Choice",
    "Contact",
    "Contacts",
    "Content",
    "Deletion",
    "Edit",
    "File",
    "FileKind",
    "GroupInvite",
    "Location",
    "Marker",
    "Menu",
    "Option",
    "Poll",
    "PollVotes",
    "Reaction",
    "Text",
    "UnknownContent",
    "Vote",
    "read_content",
    "read_forwarded",
]


@dataclass(frozen=True)
class UnknownContent:
    """A kind without a row in KINDS, or one whose block makes no sense. `raw` is the object it
    stood in, as it came.
    """

    type_message: str
    raw: Mapping[str, object] = field(repr=False)
    kind: Literal["unknown"] = "unknown"

    @property
    def text(self) -> str:
        return ""


Amendment = Reaction | Edit | Deletion | PollVotes
"""What changes another message, `stanza_id`, and is none itself."""

Content = (
    Text
    | File
    | Location
    | Contact
    | Contacts
    | GroupInvite
    | Poll
    | Menu
    | Choice
    | Amendment
    | UnknownContent
)


@dataclass(frozen=True)
class KindOfMessage:
    """The blocks that a kind's fields may stand in, and who reads them (None: makes no sense)."""

    blocks: tuple[str, ...]
    read: Callable[[Fields], Content | None]


def _file(read: Callable[[Fields], Content], own_block: str = "") -> KindOfMessage:
    return KindOfMessage(("fileMessageData", own_block), read)


_EXTENDED = KindOfMessage(("extendedTextMessageData", "extendedTextMessage"), read_text)
_TEMPLATE_REPLY = KindOfMessage(
    ("templateButtonReplyMessage", "templateButtonsReplyMessage"), read_choice
)

KINDS: dict[str, KindOfMessage] = {
    "textmessage": KindOfMessage(("textMessageData",), read_text),
    "extendedtextmessage": _EXTENDED,
    "quotedmessage": _EXTENDED,
    "imagemessage": _file(reader_of("image"), "imageMessageData"),
    "videomessage": _file(reader_of("video"), "videoMessageData"),
    "audiomessage": _file(read_audio, "audioMessageData"),
    "documentmessage": _file(reader_of("document"), "documentMessageData"),
    "stickermessage": _file(reader_of("sticker"), "stickerMessageData"),
    "locationmessage": KindOfMessage(("locationMessageData", "location"), read_location),
    "contactmessage": KindOfMessage(("contactMessageData", "contact"), read_contact),
    "contactsarraymessage": KindOfMessage(
        ("messageData", "contactsArrayMessageData", "contactsArrayMessage"), read_contacts
    ),
    "groupinvitemessage": KindOfMessage(
        ("groupInviteMessageData", "groupInviteMessage"), read_group_invite
    ),
    "pollmessage": KindOfMessage(("pollMessageData",), read_poll),
    "buttonsmessage": KindOfMessage(("buttonsMessage", "buttonsMessageData"), read_menu),
    "listmessage": KindOfMessage(("listMessage", "listMessageData"), read_menu),
    "templatemessage": KindOfMessage(("templateMessage", "templateMessageData"), read_menu),
    "interactivebuttons": KindOfMessage(("interactiveButtons",), read_menu),
    "buttonsresponsemessage": KindOfMessage(("buttonsResponseMessage",), read_choice),
    "listresponsemessage": KindOfMessage(("listResponseMessage",), read_choice),
    "templatebuttonsreplymessage": _TEMPLATE_REPLY,
    "templatebuttonreplymessage": _TEMPLATE_REPLY,
    "interactivebuttonsreply": KindOfMessage(
        ("interactiveButtonsReply", *_TEMPLATE_REPLY.blocks), read_menu_or_choice
    ),
    "interactivebuttonsresponse": KindOfMessage(
        ("interactiveButtonsResponse", *_TEMPLATE_REPLY.blocks), read_choice
    ),
    "reactionmessage": KindOfMessage((), read_reaction),
    "editedmessage": KindOfMessage((), read_edit),
    "deletedmessage": KindOfMessage((), read_deletion),
    "pollupdatemessage": KindOfMessage((), read_votes),
}
"""By `typeMessage` in lower case: published samples differ in their capitals."""


def _kind(data: Fields) -> KindOfMessage | None:
    return KINDS.get(data.text("typeMessage").strip().lower())


def _blocks(kind: KindOfMessage, data: Fields) -> tuple[Fields, ...]:
    """Every place the kind's fields may stand, the likeliest first."""
    named = (data.block(name) for name in kind.blocks)
    return (*(block for block in named if block), data)


def read_content(data: Fields) -> Content:
    """The content of a `messageData`, a journal object or a quote."""
    amendment = read_from_journal(data)
    if amendment is not None:
        return amendment
    kind = _kind(data)
    blocks = _blocks(kind, data) if kind else ()
    found = [content for block in blocks if kind and (content := kind.read(block)) is not None]
    # The text of an extendedTextMessage may stand in the object itself, beside an empty block.
    full = [one for one in found if not isinstance(one, Text) or one.text or one.marker]
    nothing = UnknownContent(data.text("typeMessage")[:64], data.values)
    return (full or found or [nothing])[0]


def read_forwarded(data: Fields) -> bool:
    """Whether the sender forwarded it, wherever the object says so."""
    kind = _kind(data)
    blocks = _blocks(kind, data) if kind else (data,)
    return any(
        block.flag("isForwarded") is True or (block.integer("forwardingScore") or 0) > 0
        for block in blocks
    )
