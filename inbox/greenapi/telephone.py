"""Calls, in whichever of the spellings that were published."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox.greenapi.chat_ids import ChatId, parse
from inbox.greenapi.fields import Fields


class CallState(StrEnum):
    """How a call went. Of two that contradict each other the later one in this list is true."""

    OFFERED = "offered"  # it rings
    ENDED = "ended"  # somebody hung up before anybody answered
    MISSED = "missed"
    DECLINED = "declined"
    TAKEN = "taken"


@dataclass(frozen=True)
class CallNotification:
    """News of one call; all news of it has the same `id_message`.

    `chat_id` is the other side, None in a call of several. `seconds` is 0 when not told.
    """

    id_instance: int
    timestamp: datetime | None
    id_message: str
    chat_id: ChatId | None
    is_incoming: bool
    state: CallState
    is_video: bool
    seconds: int
    chat_name: str = field(default="", repr=False)


_STATES = {
    "offer": CallState.OFFERED,
    "pickup": CallState.TAKEN,
    "hangup": CallState.ENDED,
    "hungup": CallState.ENDED,
    "missed": CallState.MISSED,
    "declined": CallState.DECLINED,
    "invalid": CallState.ENDED,
}
_A_DAY = 86_400


def read_state(fields: Fields) -> CallState:
    """The state of a call. One that lasted was taken, whatever its last word says."""
    if read_seconds(fields):
        return CallState.TAKEN
    return _STATES.get(fields.text("status").strip().lower(), CallState.OFFERED)


def read_seconds(fields: Fields) -> int:
    """How long it lasted, 0 when that is not told or absurd."""
    seconds = fields.integer("duration") or 0
    return seconds if 0 < seconds <= _A_DAY else 0


def read_other_side(fields: Fields) -> ChatId | None:
    """Who the hotel spoke with: `from`, unless that is the hotel itself; else the one other
    participant.
    """
    own = parse(fields.block("instanceData").text("wid")).canonical
    everybody = [fields.text("from"), *(_participant(one) for one in fields.blocks("participants"))]
    ids = [parse(text) for text in everybody if text.strip()]
    others = {one.canonical: one for one in ids if one.canonical != own}
    first = next(iter(others.values()), None)
    caller_is_other = bool(ids) and ids[0].canonical != own
    return first if caller_is_other or len(others) == 1 else None


def _participant(fields: Fields) -> str:
    return fields.text("wid", "id", "chatId")
