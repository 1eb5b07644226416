"""The job of a plain queue. In a file of its own, since RQ's worker loads it anew for each job."""

import requests

CALL_SECONDS = 1.4  # what the product is given in these measurements, too


def send(url: str, chat_id: str, text: str) -> None:
    """One call, and an exception for RQ when it was not a 200."""
    body = {"chatId": chat_id, "message": text}
    requests.post(url, json=body, timeout=CALL_SECONDS).raise_for_status()
