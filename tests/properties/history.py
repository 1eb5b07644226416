"""A valid history of two chats as Green API would tell it, and what a person would see of it.

A history is made once, with names for ids, and told as often as a test likes: each telling has
chats and ids of its own. Every event has a second of its own, as Green API counts in seconds and
the order of arrival decides within one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from inbox.extensions import db
from inbox.models import Conversation, Message, Reaction, Revision
from inbox.services.conversations import previews
from tests.cast.chat import INCOMING, PHONE, Chat, Json
from tests.cast.people import Cast
from tests.greenapi import samples

CHATS = 2
WORDS = ("one", "two", "three", "four")
EMOJIS = ("👍", "❤️", "")
OPTIONS = ("Now", "Later")
TICKS = ("sent", "delivered", "read", "failed")
CALL_ENDS = ("missed", "declined", "hungUp", "pickUp")
Body = Callable[["Telling"], Json]
State = list[dict[str, Any]]


@dataclass
class Telling:
    """One way of telling a history: in chats of its own, under ids of its own."""

    cast: Cast
    number: int
    chats: list[Chat] = field(default_factory=list)

    def __post_init__(self) -> None:
        for index in range(CHATS):
            self.chats.append(Chat(self.cast, f"4477{self.number:06d}{index}@c.us"))

    def id(self, name: str) -> str:
        """The idMessage of what the history calls so."""
        return f"{self.number}-{name}"

    def take(self, event: Body) -> str:
        """Tell one event; the state that it is left in."""
        body = event(self)
        return self.chats[0].take(body)


@dataclass(frozen=True)
class Said:
    """A message of the history that later events may be about."""

    name: str
    chat: int
    by: str
    kind: str


@dataclass
class History:
    """Events in the order in which they happened."""

    events: list[Body] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def add(self, event: Callable[["Telling", int], Json]) -> None:
        """One more event, a second after the last."""
        at = len(self.events)
        self.events.append(lambda telling: event(telling, at))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Three to fourteen events; the first is a message."""
    history = History()
    _message(draw, history)
    for _ in range(draw(st.integers(2, 13))):
        draw(st.sampled_from(STEPS))(draw, history)
    return history


def _message(draw: st.DrawFn, history: History) -> None:
    name, chat = f"M{len(history.events)}", draw(st.integers(0, CHATS - 1))
    by = draw(st.sampled_from((INCOMING, INCOMING, PHONE)))
    kind = draw(st.sampled_from(("text", "text", "poll", "location", "quote")))
    words = draw(st.sampled_from(WORDS))
    earlier = [one for one in history.said if one.chat == chat]
    target = draw(st.sampled_from(earlier)).name if earlier else ""

    def event(telling: Telling, at: int) -> Json:
        data = {
            "poll": samples.poll(words, *OPTIONS),
            "location": samples.location(words),
            "quote": samples.quoted(words, telling.id(target or name), {"typeMessage": "x"}),
        }.get(kind, samples.text(words))
        return telling.chats[chat].message(telling.id(name), data, at, by=by)

    history.add(event)
    history.said.append(Said(name, chat, by, kind))


def _of_late(history: History) -> st.SearchStrategy[Said]:
    """One of the last messages: news must meet other news of the same message to contradict it."""
    return st.sampled_from(history.said[-2:])


def _edit(draw: st.DrawFn, history: History) -> None:
    said, words = draw(_of_late(history)), draw(st.sampled_from(WORDS))
    name = f"E{len(history.events)}"

    def event(telling: Telling, at: int) -> Json:
        data = samples.edited(words, telling.id(said.name))
        return telling.chats[said.chat].message(telling.id(name), data, at, by=said.by)

    history.add(event)


def _deletion(draw: st.DrawFn, history: History) -> None:
    said, name = draw(st.sampled_from(history.said)), f"D{len(history.events)}"

    def event(telling: Telling, at: int) -> Json:
        data = samples.deleted(telling.id(said.name))
        return telling.chats[said.chat].message(telling.id(name), data, at, by=said.by)

    history.add(event)


def _reaction(draw: st.DrawFn, history: History) -> None:
    said, emoji = draw(_of_late(history)), draw(st.sampled_from(EMOJIS))
    by, name = draw(st.sampled_from((INCOMING, INCOMING, PHONE))), f"R{len(history.events)}"

    def event(telling: Telling, at: int) -> Json:
        data = samples.reaction(emoji, telling.id(said.name))
        return telling.chats[said.chat].message(telling.id(name), data, at, by=by)

    history.add(event)


def _votes(draw: st.DrawFn, history: History) -> None:
    polls = [said for said in history.said if said.kind == "poll"]
    if not polls:
        return
    said, name = draw(st.sampled_from(polls)), draw(st.sampled_from(("V", "V2")))
    chosen = {option: draw(st.booleans()) for option in OPTIONS}

    def event(telling: Telling, at: int) -> Json:
        chat = telling.chats[said.chat]
        voters = {option: [chat.chat_id] if on else [] for option, on in chosen.items()}
        data = samples.votes(telling.id(said.name), "?", **voters)
        return chat.message(telling.id(name + said.name), data, at)

    history.add(event)


def _tick(draw: st.DrawFn, history: History) -> None:
    ours = [said for said in history.said if said.by == PHONE]
    if not ours:
        return
    said, status = draw(st.sampled_from(ours)), draw(st.sampled_from(TICKS))
    history.add(
        lambda telling, at: telling.chats[said.chat].status(telling.id(said.name), status, at)
    )


def _call(draw: st.DrawFn, history: History) -> None:
    name, chat = f"C{len(history.events)}", draw(st.integers(0, CHATS - 1))
    by = draw(st.sampled_from(("incomingCall", "outgoingCall")))
    for status in ("offer", draw(st.sampled_from(CALL_ENDS))):
        history.add(
            lambda telling, at, status=status: telling.chats[chat].call(  # type: ignore[misc]
                telling.id(name), status, at, by=by
            )
        )


STEPS = (_message, _edit, _edit, _deletion, _reaction, _reaction, _reaction, _votes, _tick, _call)


def seen(telling: Telling) -> State:
    """What a person sees of the chats: rows of the list, bubbles, marks. Nothing of when and how
    it came.
    """
    db.session.rollback()
    return [_seen_of_chat(telling, chat) for chat in telling.chats]


def _seen_of_chat(telling: Telling, chat: Chat) -> dict[str, Any]:
    conversation = db.session.scalar(
        select(Conversation).where(Conversation.chat_id == chat.chat_id)
    )
    if conversation is None:
        return {}
    messages = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.sorted_at, Message.id)
    ).all()
    names = {message.id: str(message.id_message).partition("-")[2] for message in messages}
    waiting = [names[one.id] for one in messages if one.sorted_at == conversation.waiting_since]
    return {
        "status": conversation.status,
        "waiting for": waiting,
        "unread": conversation.unread_count,
        "last": (conversation.last_preview, conversation.last_direction),
        "bubbles": [_bubble(telling, chat, one, names) for one in messages],
    }


def _bubble(
    telling: Telling, chat: Chat, message: Message, names: dict[int, str]
) -> dict[str, Any]:
    votes = (message.payload or {}).get("votes", {})
    return {
        "name": names[message.id],
        "kind": message.kind,
        "line": previews.preview(message),
        "body": message.body,
        "status": message.status,
        "deleted": message.deleted_at is not None,
        "earlier": list(
            db.session.scalars(
                select(Revision.body).where(Revision.message_id == message.id).order_by(Revision.at)
            )
        ),
        "reactions": sorted(
            (bool(one.sender_chat_id), one.emoji)
            for one in db.session.scalars(
                select(Reaction).where(Reaction.message_id == message.id, Reaction.emoji != "")
            )
        ),
        "votes": {option: [one == chat.chat_id for one in who] for option, who in votes.items()},
        "quotes": names.get(message.quoted_id or 0),
    }
