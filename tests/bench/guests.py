"""Who writes in a benchmark: hotels with numbers, and a webhook for each message of theirs."""

import json
import time
from dataclasses import dataclass

from tests.bench.load import Request
from tests.stack.commands import run_commands
from tests.stack.stack import Hotel, Stack

WEBHOOK = "/api/v1/whatsapp/webhook"


@dataclass(frozen=True)
class Writer:
    """Makes webhooks, spread over hotels and guests; the text of each holds its own mark."""

    hotels: list[Hotel]
    guests_per_hotel: int
    name: str

    def webhook(self, number: int) -> Request:
        """The n-th message: its guest differs from those of the messages around it."""
        hotel = self.hotels[number % len(self.hotels)]
        guest = number // len(self.hotels) % self.guests_per_hotel
        chat_id = f"4477{number % len(self.hotels):03}{guest:05}@c.us"
        body = {
            "typeWebhook": "incomingMessageReceived",
            "instanceData": {
                "idInstance": hotel.id_instance,
                "wid": "34910000001@c.us",
                "typeInstance": "whatsapp",
            },
            "timestamp": int(time.time()),
            "idMessage": f"{self.name}-{number}",
            "senderData": {"chatId": chat_id, "sender": chat_id, "senderName": f"Guest {guest}"},
            "messageData": {
                "typeMessage": "textMessage",
                "textMessageData": {"textMessage": f"{self.mark(number)} Is breakfast included?"},
            },
        }
        headers = (
            ("Content-Type", "application/json"),
            ("Authorization", f"Bearer {hotel.webhook_token}"),
        )
        return Request("POST", WEBHOOK, headers, json.dumps(body).encode())

    def mark(self, number: int) -> str:
        """What can be looked for on a page."""
        return f"mark{self.name}x{number}x"


def open_hotels(stack: Stack, count: int) -> list[Hotel]:
    """Hotels with a number each. The desk of the first may sit at the desk of all."""
    hotels = [stack.add_hotel(f"hotel-{number}") for number in range(count)]
    grants = [
        (["staff", "grant", hotels[0].email, hotel.slug, "front_desk"], "") for hotel in hotels
    ]
    run_commands(grants, stack.environ)
    return hotels
