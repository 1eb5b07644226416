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
from inbox.greenapi.chat_ids import ChatId
from inbox.greenapi.chat_ids import parse as parse_chat_id
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
    "MessageParts",
    "Option",
    "Poll",
    "PollVotes",
    "Quoted",
    "Reaction",
    "Text",
    "UnknownContent",
    "Vote",
    "read_content",
    "read_message",
]

_PREVIEW = 300  # characters of a quoted text


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


@dataclass(frozen=True)
class Quoted:
    """A quote. `stanza_id` is the idMessage of the quoted message, '' when it is not told;
    `kind` is that of its content, 'unknown' when that is not told.
    """

    stanza_id: str
    participant: ChatId | None
    preview_text: str = field(repr=False)
    type_message: str = ""
    kind: str = "unknown"


@dataclass(frozen=True)
class MessageParts:
    """What stands in a `messageData` or a journal object besides who, when and where."""

    content: Content
    quoted: Quoted | None
    is_forwarded: bool


def read_message(data: Fields) -> MessageParts:
    """Read the content, the quote and the mark of having been forwarded, wherever they stand."""
    kind = KINDS.get(data.text("typeMessage").strip().lower())
    blocks = _blocks(kind, data)
    content = _content(kind, blocks, data)
    is_forwarded = any(
        block.flag("isForwarded") is True or (block.integer("forwardingScore") or 0) > 0
        for block in blocks
    )
    return MessageParts(content, _quoted(content, data), is_forwarded)


def read_content(data: Fields) -> Content:
    """Read the content alone, of a `messageData`, a journal object or a quote."""
    kind = KINDS.get(data.text("typeMessage").strip().lower())
    return _content(kind, _blocks(kind, data), data)


def _blocks(kind: KindOfMessage | None, data: Fields) -> tuple[Fields, ...]:
    """Every place the kind's fields may stand, the likeliest first."""
    named = (data.block(name) for name in kind.blocks) if kind else ()
    return (*(block for block in named if block), data)


def _content(kind: KindOfMessage | None, blocks: tuple[Fields, ...], data: Fields) -> Content:
    if data.word("deletedMessageId") or data.word("editedMessageId"):
        amendment = read_from_journal(data)
        if amendment is not None:
            return amendment
    empty: Content | None = None
    for block in blocks if kind else ():
        content = kind.read(block) if kind else None
        # The text of an extendedTextMessage may stand in the object itself, beside an empty block.
        if isinstance(content, Text) and not content.text and not content.marker:
            empty = empty or content
        elif content is not None:
            return content
    return empty or UnknownContent(data.text("typeMessage")[:64], data.values)


def _quoted(content: Content, data: Fields) -> Quoted | None:
    """The quote; for a choice, what it was chosen from.

    `quotedMessage` describes the quoted message itself and is believed first; an
    `extendedTextMessageData` may carry another stanzaId, or the only one (seen in samples).
    """
    if isinstance(content, Reaction):
        return None
    quote = data.block("quotedMessage")
    block = data.block("extendedTextMessageData") or data.block("extendedTextMessage")
    chosen_from = content.stanza_id if isinstance(content, Choice) else ""
    answers_something = data.text("typeMessage") == "quotedMessage" or block.word("stanzaId")
    if not (quote or answers_something or chosen_from):
        return None
    participant = quote.text("participant") or block.text("participant")
    original = read_content(quote)
    return Quoted(
        stanza_id=quote.word("stanzaId") or block.word("stanzaId") or chosen_from,
        participant=parse_chat_id(participant) if participant else None,
        preview_text=original.text[:_PREVIEW],
        type_message=quote.text("typeMessage")[:64],
        kind=original.kind,
    )
