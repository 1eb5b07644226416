"""What guests write to one hotel: nothing lost, nothing doubled, order kept."""

from tests.faults import checkers, verdict
from tests.faults.history import Chat, History, Said
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask


class Letters:
    """Each is Green API's from the moment it is written."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self.stack, self.hotel = stack, hotel
        self.history = History()

    def write(self, chat_id: str, text: str) -> None:
        """A guest writes; Green API has it and will deliver it."""
        id_message = self.stack.simulator.write(self.hotel.id_instance, chat_id, text=text)
        self.history.acknowledge(Said(self.hotel.slug, chat_id, text, id_message))

    def stored(self) -> int:
        """How many of them are in our threads."""
        return sum(len(texts) for texts in self.arrived().values())

    def has(self, count: int) -> bool:
        """Whether that many are in our threads."""
        return self.stored() >= count

    def arrived(self) -> dict[Chat, list[str]]:
        """What the threads show."""
        found: dict[Chat, list[str]] = {}
        for chat_id, body in ask(
            self.stack,
            "SELECT chat_id, body FROM message"
            " JOIN conversation ON conversation.id = conversation_id"
            " JOIN instance ON instance.id = message.instance_id"
            " WHERE id_instance = ? AND direction = 'in' ORDER BY sorted_at, message.id",
            self.hotel.id_instance,
        ):
            found.setdefault((self.hotel.slug, chat_id), []).append(body)
        return found

    def delivered(self) -> bool:
        """Whether every webhook was answered with 200."""
        log = self.stack.simulator.webhooks(self.hotel.id_instance)
        return all(row["state"] == "delivered" for row in log)

    def check(self, seconds: float = verdict.PATIENCE) -> None:
        """Wait until every webhook has its 200, then compare."""
        wait_until(self.delivered, seconds, "every webhook to be delivered")
        told, there = self.history.acknowledged, self.arrived()
        wrong = [
            *checkers.lost(told, there),
            *checkers.doubled(told, there),
            *checkers.foreign(told, there),
            *checkers.reordered(told, there),
        ]
        assert not wrong, wrong
