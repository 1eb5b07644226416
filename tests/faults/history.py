"""What went in at one end and came out at the other: nothing lost, nothing doubled, order kept.

Every chat has its own list of texts in the order in which they were accepted, and the list of what
came out. `Replies` come from the hotel and end on guests' phones; `Letters` go the other way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import requests

from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask

PATIENCE = 60.0


def faults(accepted: Mapping[str, Sequence[str]], arrived: Mapping[str, Sequence[str]]) -> str:
    """What is wrong, in words; '' when what arrived is what was accepted, chat by chat."""
    found = [_of_chat(chat, accepted[chat], arrived.get(chat, ())) for chat in accepted]
    strangers = sorted(set(arrived) - set(accepted))
    found += [f"{chat} was never written to" for chat in strangers]
    return "; ".join(words for words in found if words)


def _of_chat(chat: str, accepted: Sequence[str], arrived: Sequence[str]) -> str:
    came = Counter(arrived)
    lost = [text for text in accepted if not came[text]]
    doubled = [text for text, times in came.items() if times > accepted.count(text)]
    wrong_order = not lost and not doubled and list(arrived) != list(accepted)
    words = [f"lost {lost}" if lost else "", f"doubled {doubled}" if doubled else ""]
    words += [f"in the order {list(arrived)}" if wrong_order else ""]
    said = ", ".join(word for word in words if word)
    return f"{chat}: {said}" if said else ""


class Replies:
    """What the hotel sent: each is asked for until it was accepted, as a careful program does."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self.stack, self.hotel = stack, hotel
        self.accepted: dict[str, list[str]] = {}
        self.ids: list[int] = []

    def send(self, chat_id: str, text: str) -> None:
        """Send it, again with the same reference while nobody answers."""
        wait_until(lambda: self._asked(chat_id, text), PATIENCE, f"{text!r} to be taken")
        self.accepted.setdefault(chat_id, []).append(text)

    def _asked(self, chat_id: str, text: str) -> bool:
        ref = f"{chat_id} {text}"
        try:
            answer = self.stack.send(self.hotel, chat_id=chat_id, message=text, client_ref=ref)
        except requests.RequestException:
            return False
        if answer.status_code != 202:
            assert answer.status_code >= 500, answer.text
            return False
        self.ids.append(int(answer.json()["message_id"]))
        return True

    def arrived(self) -> dict[str, list[str]]:
        """What the guests have on their phones."""
        found: dict[str, list[str]] = {}
        for row in self.stack.simulator.received(self.hotel.id_instance):
            found.setdefault(row["chatId"], []).append(row["text"])
        return found

    def has(self, count: int) -> bool:
        """Whether that many reached a phone."""
        return sum(len(texts) for texts in self.arrived().values()) >= count

    def open(self) -> int:
        """How many have not got their idMessage yet."""
        ((count,),) = ask(
            self.stack,
            "SELECT count(*) FROM message JOIN instance ON instance.id = instance_id"
            " WHERE id_instance = ? AND status IN ('queued', 'sending', 'unconfirmed')",
            self.hotel.id_instance,
        )
        return int(count)

    def check(self, seconds: float = PATIENCE) -> None:
        """Wait until all is settled, then compare."""
        wait_until(lambda: not self.open(), seconds, "every reply to be settled")
        total = sum(len(texts) for texts in self.accepted.values())
        wait_until(partial(self.has, total), what="the guests' phones")
        _assert_same(self.accepted, self.arrived(), "the phones")
        _assert_same(self.accepted, self._shown(), "the threads")

    def _shown(self) -> dict[str, list[str]]:
        """The hotel's own messages as the threads show them."""
        return _rows(self.stack, self.hotel, "out")


class Letters:
    """What guests wrote."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self.stack, self.hotel = stack, hotel
        self.accepted: dict[str, list[str]] = {}

    def write(self, chat_id: str, text: str) -> None:
        """A guest writes; Green API has it and will deliver it."""
        self.stack.simulator.write(self.hotel.id_instance, chat_id, text=text)
        self.accepted.setdefault(chat_id, []).append(text)

    def stored(self) -> int:
        """How many of them are in our threads."""
        return sum(len(texts) for texts in self.arrived().values())

    def has(self, count: int) -> bool:
        """Whether that many are in our threads."""
        return self.stored() >= count

    def arrived(self) -> dict[str, list[str]]:
        """What the threads show."""
        return _rows(self.stack, self.hotel, "in")

    def delivered(self) -> bool:
        """Whether every webhook was answered with 200."""
        log = self.stack.simulator.webhooks(self.hotel.id_instance)
        return all(row["state"] == "delivered" for row in log)

    def check(self, seconds: float = PATIENCE) -> None:
        """Wait until every webhook has its 200, then compare."""
        wait_until(self.delivered, seconds, "every webhook to be delivered")
        _assert_same(self.accepted, self.arrived(), "the threads")


def _assert_same(
    accepted: Mapping[str, Sequence[str]], arrived: Mapping[str, Sequence[str]], where: str
) -> None:
    wrong = faults(accepted, arrived)
    assert not wrong, f"{where}: {wrong}"


def _rows(stack: Stack, hotel: Hotel, direction: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for chat_id, body in ask(
        stack,
        "SELECT chat_id, body FROM message JOIN conversation ON conversation.id = conversation_id"
        " JOIN instance ON instance.id = message.instance_id"
        " WHERE id_instance = ? AND direction = ? ORDER BY sorted_at, message.id",
        hotel.id_instance,
        direction,
    ):
        found.setdefault(chat_id, []).append(body)
    return found


def check_numbers(stack: Stack) -> None:
    """Every hotel's changes are numbered without a gap, up to its head (D8)."""
    for head, count, last in ask(
        stack,
        "SELECT change_seq, (SELECT count(*) FROM change WHERE hotel_id = hotel.id),"
        " (SELECT coalesce(max(seq), 0) FROM change WHERE hotel_id = hotel.id) FROM hotel",
    ):
        assert head == count == last
