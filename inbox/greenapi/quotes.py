"""The message that a message answers."""

from dataclasses import dataclass, field

from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.contents import Choice, Reaction, read_content
from inbox.greenapi.fields import Fields

_PREVIEW = 300


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


def read_quoted(data: Fields) -> Quoted | None:
    """The quote in a `messageData` or journal object; for a choice, what it was chosen from.

    `quotedMessage` describes the quoted message itself and is believed first; an
    `extendedTextMessageData` may carry another stanzaId, or the only one (seen in samples).
    """
    content = read_content(data)
    if isinstance(content, Reaction):
        return None
    quote = data.block("quotedMessage")
    block = data.block("extendedTextMessageData") or data.block("extendedTextMessage")
    chosen_from = content.stanza_id if isinstance(content, Choice) else ""
    answers_something = data.text("typeMessage") == "quotedMessage" or block.word("stanzaId")
    if not (quote or answers_something or chosen_from):
        return None
    participant = quote.text("participant") or block.text("participant")
    quoted = read_content(quote)
    return Quoted(
        stanza_id=quote.word("stanzaId") or block.word("stanzaId") or chosen_from,
        participant=parse(participant) if participant else None,
        preview_text=quoted.text[:_PREVIEW],
        type_message=quote.text("typeMessage")[:64],
        kind=quoted.kind,
    )
