"""Messages that change another one: a reaction, an edit, a deletion. (Votes: see polls.py.)"""

from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.fields import Fields

_LONGEST_EMOJI = 32  # a family with skin tones has 11 code points


@dataclass(frozen=True)
class Reaction:
    """An emoji on the message `stanza_id`; '' takes it away again."""

    stanza_id: str
    emoji: str = field(repr=False)
    kind: Literal["reaction"] = "reaction"

    @property
    def text(self) -> str:
        return self.emoji


@dataclass(frozen=True)
class Edit:
    """The new text, or caption, of the message `stanza_id`."""

    stanza_id: str
    text: str = field(repr=False)
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True)
class Deletion:
    """The message `stanza_id` was deleted for everyone."""

    stanza_id: str
    kind: Literal["deletion"] = "deletion"

    @property
    def text(self) -> str:
        return ""


def read_reaction(data: Fields) -> Reaction | None:
    """A `reactionMessage`: the emoji stands where an extended text has its words, the message in
    the quote. None without a message.
    """
    block = data.block("extendedTextMessageData") or data.block("extendedTextMessage")
    stanza_id = data.block("quotedMessage").word("stanzaId") or block.word("stanzaId")
    if not stanza_id:
        return None
    return Reaction(stanza_id, block.text("text").strip()[:_LONGEST_EMOJI])


def read_edit(data: Fields) -> Edit | None:
    """An `editedMessage`; None without the message that it edits or a text."""
    block = data.block("editedMessageData")
    words = block.text("textMessage", "caption", "text")
    stanza_id = block.word("stanzaId")
    return Edit(stanza_id, words) if stanza_id and words else None


def read_deletion(data: Fields) -> Deletion | None:
    """A `deletedMessage`; None without the message that it deletes."""
    stanza_id = data.block("deletedMessageData").word("stanzaId")
    return Deletion(stanza_id) if stanza_id else None


def read_from_journal(data: Fields) -> Edit | Deletion | None:
    """A journal object that edits or deletes another one says so in a field of its own."""
    deleted, edited = data.word("deletedMessageId"), data.word("editedMessageId")
    if deleted:
        return Deletion(deleted)
    block = data.block("extendedTextMessage")
    words = data.text("textMessage", "caption") or block.text("text")
    return Edit(edited, words) if edited and words else None
