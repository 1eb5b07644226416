"""Which way a hotel's calls to Green API go, and what keeps them back."""

import time

from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, change


def lead_to(stack: Stack, hotel: Hotel, url: str) -> None:
    """From now on its calls go there."""
    change(stack, "UPDATE instance SET api_url = ? WHERE id_instance = ?", url, hotel.id_instance)


def pause_reason(stack: Stack, hotel: Hotel) -> str:
    """Why the hotel's number does not send now; '' when it does."""
    query = "SELECT pause_reason FROM instance WHERE id_instance = ?"
    return str(ask(stack, query, hotel.id_instance)[0][0])


def the_next_second() -> None:
    """Green API dates states in whole seconds and gives them no id: two equal ones of one second
    cannot be told from one that was delivered twice."""
    now = int(time.time())
    wait_until(lambda: int(time.time()) > now)
