"""Polls, and the votes in them."""

from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.fields import Fields


@dataclass(frozen=True)
class Poll:
    """A question with options; `multiple` when several may be chosen."""

    text: str = field(repr=False)
    options: tuple[str, ...] = field(repr=False)
    multiple: bool = False
    kind: Literal["poll"] = "poll"


@dataclass(frozen=True)
class Vote:
    """One option and the chat ids of those who chose it."""

    option: str = field(repr=False)
    voters: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PollVotes:
    """Every vote in the poll `stanza_id` as it stands now: the whole state, never a difference."""

    stanza_id: str
    votes: tuple[Vote, ...] = field(repr=False)
    kind: Literal["poll_votes"] = "poll_votes"

    @property
    def text(self) -> str:
        return ""


def read_poll(block: Fields) -> Poll | None:
    """The poll of a `pollMessageData`; None when it asks nothing."""
    options = tuple(name for one in block.blocks("options") if (name := one.text("optionName")))
    question = block.text("name")
    if not question and not options:
        return None
    return Poll(question, options, block.flag("multipleAnswers") is True)


def read_votes(data: Fields) -> PollVotes | None:
    """The votes of a `pollUpdateMessage`, which stand in a `pollMessageData`; None without the
    poll they are in.
    """
    block = data.block("pollMessageData") or data.block("pollUpdateMessageData")
    stanza_id = block.word("stanzaId")
    if not stanza_id or not isinstance(block.raw("votes"), list):
        return None
    votes = tuple(
        Vote(one.text("optionName"), _words(one.raw("optionVoters")))
        for one in block.blocks("votes")
    )
    return PollVotes(stanza_id, tuple(vote for vote in votes if vote.option))


def _words(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    fields = [Fields({"id": item}) for item in items]
    return tuple(dict.fromkeys(word for one in fields if (word := one.word("id"))))
