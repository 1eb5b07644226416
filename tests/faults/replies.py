"""What a program of one hotel sends, one message after the other."""

import requests

from tests.faults import verdict
from tests.faults.history import History, Said
from tests.faults.writers import BUSY
from tests.stack import Hotel, Stack, wait_until


class Replies:
    """Each is asked for until it was accepted, as a careful program does."""

    def __init__(self, stack: Stack, hotel: Hotel) -> None:
        self.stack, self.hotel = stack, hotel
        self.history = History()
        self.ids: list[int] = []

    def send(self, chat_id: str, text: str) -> None:
        """Send it, again with the same reference while nobody answers."""
        said = Said(self.hotel.slug, chat_id, text, f"{chat_id} {text}")
        self.history.ask(said)
        wait_until(lambda: self._taken(said), verdict.PATIENCE, f"{text!r} to be taken")
        self.history.acknowledge(said)

    def _taken(self, said: Said) -> bool:
        try:
            answer = self.stack.send(
                self.hotel,
                chat_id=said.chat_id,
                message=said.text,
                client_ref=said.client_ref,
            )
        except requests.RequestException:
            return False
        if answer.status_code != 202:
            assert answer.status_code in BUSY, (answer.status_code, answer.text)
            return False
        self.ids.append(int(answer.json()["message_id"]))
        return True

    def arrived(self) -> int:
        """How many reached a phone."""
        return sum(len(texts) for texts in verdict.phones(self.stack, [self.hotel]).values())

    def has(self, count: int) -> bool:
        """Whether that many reached a phone."""
        return self.arrived() >= count

    def open(self) -> int:
        """How many have not got their idMessage yet."""
        return verdict.unaccepted(self.stack, self.hotel)

    def check(self, seconds: float = verdict.PATIENCE) -> None:
        """Wait until all is settled, then compare: every guest has everything."""
        verdict.check_all_arrived(self.stack, [self.hotel], self.history, seconds)
