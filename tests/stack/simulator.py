"""What a test tells the simulator and asks of it, over its control API under `/_sim/`."""

from typing import Any

import requests

SECONDS = 30.0


class SimulatorControl:
    """The control API of one running simulator. `id_instance` says whose guests are meant."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, verb: str, path: str, body: object = None) -> Any:
        """Any request under `/_sim/`; the JSON of the answer. Raises for an error status."""
        answer = requests.request(verb, f"{self.url}/_sim{path}", json=body, timeout=SECONDS)
        assert answer.ok, f"{verb} /_sim{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def add_instance(self, **keys: object) -> None:
        """Put another number into service: id_instance, token and more."""
        self.call("POST", "/instances", keys)

    def set_settings(self, id_instance: int, **settings: object) -> None:
        """Change the settings of Green API at once, such as webhookUrl."""
        self.call("POST", f"/instances/{id_instance}/settings", settings)

    def write(self, id_instance: int, chat_id: str, **message: object) -> str:
        """A guest writes; returns the idMessage."""
        body = {"chat_id": chat_id, **message}
        answer = self.call("POST", f"/instances/{id_instance}/messages", body)
        return str(answer["idMessage"])

    def read(self, id_instance: int, chat_id: str) -> None:
        """The guest opens the chat."""
        self.call("POST", f"/instances/{id_instance}/read", {"chat_id": chat_id})

    def received(self, id_instance: int, chat_id: str = "") -> list[dict[str, Any]]:
        """What the guests, or one of them, received, in order."""
        query = f"?chat_id={chat_id}" if chat_id else ""
        rows: list[dict[str, Any]] = self.call("GET", f"/instances/{id_instance}/received{query}")
        return rows

    def webhooks(self, id_instance: int) -> list[dict[str, Any]]:
        """Every webhook with its attempts, codes and times."""
        rows: list[dict[str, Any]] = self.call("GET", f"/instances/{id_instance}/webhooks")
        return rows

    def calls(self, id_instance: int) -> dict[str, Any]:
        """How often each method was called, and with which answers."""
        counts: dict[str, Any] = self.call("GET", f"/instances/{id_instance}/calls")
        return counts

    def faults(self, id_instance: int, **faults: object) -> None:
        """Switch faults on by name; False switches one off."""
        self.call("POST", f"/instances/{id_instance}/faults", faults)

    def clear_faults(self, id_instance: int) -> None:
        """Switch every fault off."""
        self.call("DELETE", f"/instances/{id_instance}/faults")

    def set_state(self, id_instance: int, state: str) -> None:
        """Change the state of the instance, such as notAuthorized."""
        self.call("POST", f"/instances/{id_instance}/state", {"state": state})

    def set_timing(self, **durations: float) -> None:
        """Change the simulator's durations, or the `scale` that multiplies them."""
        self.call("POST", "/timing", durations)
