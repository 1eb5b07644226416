"""A really running simulator on a fast clock, one instance of it, and a webhook endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from inbox.simulator import RunningSimulator, SimulatorConfig, Timing
from tests.simulator.listener import Listener, serve_listener

GUEST = "447700900318@c.us"
SWITCHES = {
    "incomingWebhook": "yes",
    "outgoingWebhook": "yes",
    "outgoingMessageWebhook": "yes",
    "outgoingAPIMessageWebhook": "yes",
    "stateWebhook": "yes",
    "editedMessageWebhook": "yes",
    "deletedMessageWebhook": "yes",
}


@dataclass
class Line:
    """One instance, seen by its client (`call`) and by the test's hand (`control`)."""

    url: str
    id_instance: int
    token: str = field(repr=False)

    def call(
        self, method: str, body: object = None, verb: str = "", timeout: float = 10, **more: Any
    ) -> Any:
        """One call of the Green API surface."""
        address = f"{self.url}/waInstance{self.id_instance}/{method}/{self.token}"
        verb = verb or ("GET" if body is None and "data" not in more else "POST")
        if body is not None:
            more["json"] = body
        return requests.request(verb, address, timeout=timeout, **more)

    def send(self, message: str, chat_id: str = GUEST) -> str:
        """sendMessage; returns the idMessage."""
        answer = self.call("sendMessage", {"chatId": chat_id, "message": message})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["idMessage"])

    def control(self, path: str, body: object = None, verb: str = "") -> Any:
        """One control call for this instance, expected to succeed."""
        address = f"{self.url}/_sim/instances/{self.id_instance}{path}"
        verb = verb or ("GET" if body is None else "POST")
        answer = requests.request(verb, address, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, text: str = "", chat_id: str = GUEST, **more: Any) -> str:
        """A guest writes; returns the idMessage."""
        body = {"chat_id": chat_id, "text": text, **more}
        return str(self.control("/messages", body)["idMessage"])

    def received(self, chat_id: str = GUEST) -> list[str]:
        """The texts on a guest's phone."""
        return [one["text"] for one in self.control(f"/received?chat_id={chat_id}")]


@pytest.fixture(scope="session")
def simulator() -> Iterator[RunningSimulator]:
    timing = Timing(scale=0.02, webhook_retry_seconds=10, read_to_seconds=2.5)
    with RunningSimulator(SimulatorConfig(timing=timing)) as running:
        yield running


@pytest.fixture
def line(simulator: RunningSimulator) -> Line:
    requests.post(f"{simulator.url}/_sim/reset", timeout=10)
    row = requests.get(f"{simulator.url}/_sim/instances", timeout=10).json()[0]
    return Line(simulator.url, row["id_instance"], row["token"])


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Listener]:
    listener = Listener()
    server = serve_listener(listener)
    yield listener
    server.shutdown()
    server.server_close()


@pytest.fixture
def listener(endpoint: Listener, line: Line) -> Listener:
    """The endpoint, set as the webhook of the line with every switch on."""
    endpoint.posts.clear()
    endpoint.answers.clear()
    endpoint.dawdle = 0.0
    endpoint.most_busy = 0
    hook = {"webhookUrl": endpoint.url, "webhookUrlToken": "a-long-webhook-token"}
    line.control("/settings", {**SWITCHES, **hook})
    return endpoint
