"""What the rarer kinds of messages need on the screen: polls, menus, reactions, calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint

from inbox.models import Conversation, Message
from inbox.services.conversations import previews
from inbox.web.words.people_words import guest_name

_UNKNOWN_WORDS = {
    "ordermessage": "An order from the catalogue. See it on the hotel’s phone.",
    "productmessage": "A product from the catalogue. See it on the hotel’s phone.",
    "paymentmessage": "A payment. See it on the hotel’s phone.",
}
_OTHER_UNKNOWN = "This kind of message is not shown yet. See it on the hotel’s phone."


@dataclass(frozen=True, slots=True)
class BallotOption:
    """One option of a poll. `by_guest` is told in a conversation of two only."""

    text: str
    votes: int
    by_guest: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """A poll as it stands. `voters` is how many people voted, whatever they chose."""

    options: list[BallotOption]
    voters: int
    multiple: bool


@dataclass(frozen=True, slots=True)
class Hung:
    """One emoji on a message: how many gave it, and who, in words."""

    emoji: str
    count: int
    by: str


@dataclass(frozen=True, slots=True)
class MenuOption:
    """One thing to choose, under the heading `section` when that changes."""

    text: str
    detail: str
    section: str


def ballot(message: Message, conversation: Conversation) -> Ballot:
    """The options in their order, those that only the votes know behind them."""
    payload: Mapping[str, Any] = message.payload or {}
    votes = _mapping(payload.get("votes"))
    names = [str(name) for name in _list(payload.get("options"))]
    names += [name for name in votes if name not in names]
    guest = conversation.chat_id if conversation.kind != "group" else None
    chosen = {name: [str(voter) for voter in _list(votes.get(name))] for name in names}
    options = [BallotOption(name, len(chosen[name]), guest in chosen[name]) for name in names]
    everybody = {voter for voters in chosen.values() for voter in voters}
    return Ballot(options, len(everybody), payload.get("multiple") is True)


def menu_options(message: Message) -> list[MenuOption]:
    """What can be chosen from a message with buttons or a list."""
    found = []
    before = ""
    for one in _list((message.payload or {}).get("options")):
        option = _mapping(one)
        section = str(option.get("section") or "")
        heading = section if section != before else ""
        before = section
        text, detail = str(option.get("text") or ""), str(option.get("detail") or "")
        found.append(MenuOption(text, detail, heading))
    return found


def hung(message: Message, conversation: Conversation) -> list[Hung]:
    """The reactions on a message, each emoji once."""
    by: dict[str, list[str]] = {}
    for reaction in message.reactions:
        if reaction.emoji:
            name = reaction.sender_name if conversation.kind == "group" else ""
            ours = not reaction.sender_chat_id
            who = "the hotel" if ours else name or guest_name(conversation.guest)
            by.setdefault(reaction.emoji, []).append(who)
    return [Hung(emoji, len(names), ", ".join(names)) for emoji, names in by.items()]


def deleted_by(message: Message, conversation: Conversation) -> str:
    """Who deleted a message of the other side: in a group its author, as far as we know."""
    return message.sender_name or guest_name(conversation.guest)


def is_missed(message: Message) -> bool:
    """Whether this is a call of the guest that nobody took."""
    return message.kind == "call" and message.asks


def expires_at(message: Message) -> datetime | None:
    """Until when an invitation can be taken; None when it does not say."""
    text = (message.payload or {}).get("expires_at")
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def unknown_words(message: Message) -> str:
    """What to say of a message that this version cannot show."""
    type_message = str((message.payload or {}).get("type_message") or "").lower()
    return _UNKNOWN_WORDS.get(type_message, _OTHER_UNKNOWN)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names."""
    for function in (
        ballot,
        menu_options,
        hung,
        deleted_by,
        is_missed,
        expires_at,
        unknown_words,
        previews.call_words,
    ):
        blueprint.add_app_template_filter(function, function.__name__)
