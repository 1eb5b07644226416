"""The message that a message answers."""

from dataclasses import dataclass, field

from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.contents import read_content
from inbox.greenapi.fields import Fields

_PREVIEW = 300


@dataclass(frozen=True)
class Quoted:
    """A quote. `stanza_id` is the idMessage of the quoted message, '' when it is not told."""

    stanza_id: str
    participant: ChatId | None
    preview_text: str = field(repr=False)
    type_message: str = ""


def read_quoted(data: Fields) -> Quoted | None:
    """The quote in a `messageData` or journal object.

    `quotedMessage` describes the quoted message itself and is believed first; an
    `extendedTextMessageData` may carry another stanzaId, or the only one (seen in samples).
    """
    quote = data.block("quotedMessage")
    block = data.block("extendedTextMessageData") or data.block("extendedTextMessage")
    answers_something = data.text("typeMessage") == "quotedMessage" or block.word("stanzaId")
    if not quote and not answers_something:
        return None
    participant = quote.text("participant") or block.text("participant")
    return Quoted(
        stanza_id=quote.word("stanzaId") or block.word("stanzaId"),
        participant=parse(participant) if participant else None,
        preview_text=read_content(quote).text[:_PREVIEW],
        type_message=quote.text("typeMessage")[:64],
    )
