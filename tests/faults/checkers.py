"""What is wrong between what was acknowledged, what is on the phones and what the rows say.

Each checker answers with complaints in words, and with none when all is well. They know nothing of
processes: their own tests show that each of them fails when it must.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.history import Chat, Texts

REACHED = ("delivered", "read")
GIVEN_UP = ("failed", "expired", "cancelled")
FINAL = (*REACHED, *GIVEN_UP)


@dataclass(frozen=True)
class Row:
    """A message of the hotel as its thread shows it."""

    chat: Chat
    text: str
    status: str
    reason: str = ""


def lost(acknowledged: Texts, arrived: Texts, rows: Sequence[Row] = ()) -> list[str]:
    """Acknowledged messages that are at no guest, unless their row says that it was given up."""
    given_up: dict[Chat, Counter[str]] = {}
    for row in rows:
        if row.status in GIVEN_UP:
            given_up.setdefault(row.chat, Counter())[row.text] += 1
    return [
        f"{_name(chat)}: lost {text!r}"
        for chat, texts in acknowledged.items()
        for text in (
            Counter(texts) - Counter(arrived.get(chat, ())) - given_up.get(chat, Counter())
        ).elements()
    ]


def doubled(asked: Texts, arrived: Texts) -> list[str]:
    """Messages that a guest has more often than somebody asked for them."""
    return [
        f"{_name(chat)}: doubled {text!r}"
        for chat, texts in arrived.items()
        for text in (Counter(texts) - Counter(asked.get(chat, ()))).elements()
        if text in asked.get(chat, ())
    ]


def foreign(asked: Texts, arrived: Texts) -> list[str]:
    """Messages at a guest to whom nobody sent them, and whose they are."""
    return [
        f"{_name(chat)}: nobody sent {text!r} here{_whose(asked, text)}"
        for chat, texts in arrived.items()
        for text in texts
        if text not in asked.get(chat, ())
    ]


def reordered(acknowledged: Texts, arrived: Texts) -> list[str]:
    """Chats whose messages did not arrive in the order of their acknowledgement."""
    found = []
    for chat, texts in acknowledged.items():
        came = arrived.get(chat, ())
        both = Counter(texts) & Counter(came)
        told, there = _only(both, texts), _only(both, came)
        if told != there:
            found.append(f"{_name(chat)}: {told} came as {there}")
    return found


def disagreeing(rows: Sequence[Row], arrived: Texts) -> list[str]:
    """Rows that say something else than the phones: read, but not there; failed, but there; open
    for ever; or given up without a reason.
    """
    found = [f"{_name(row.chat)}: {row.text!r} is still {row.status}" for row in _open(rows)]
    found += [
        f"{_name(row.chat)}: {row.text!r} is {row.status} for no reason"
        for row in rows
        if row.status in GIVEN_UP and not row.reason
    ]
    reached = Counter((row.chat, row.text) for row in rows if row.status in REACHED)
    there = Counter((chat, text) for chat, texts in arrived.items() for text in texts)
    for chat, text in dict.fromkeys([*reached, *there]):
        if reached[chat, text] != there[chat, text]:
            found.append(
                f"{_name(chat)}: {text!r} reached the guest {there[chat, text]} times, "
                f"the rows say {reached[chat, text]}"
            )
    return found


def shown(rows: Sequence[Row]) -> dict[Chat, list[str]]:
    """The texts of the rows, chat by chat."""
    found: dict[Chat, list[str]] = {}
    for row in rows:
        found.setdefault(row.chat, []).append(row.text)
    return found


def _open(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.status not in FINAL]


def _only(wanted: Counter[str], texts: Sequence[str]) -> list[str]:
    left, kept = Counter(wanted), []
    for text in texts:
        if left[text]:
            left[text] -= 1
            kept.append(text)
    return kept


def _whose(asked: Texts, text: str) -> str:
    owners = [_name(chat) for chat, texts in asked.items() if text in texts]
    return f", it belongs to {', '.join(owners)}" if owners else ""


def _name(chat: Chat) -> str:
    return f"{chat[1]} of {chat[0]}"
