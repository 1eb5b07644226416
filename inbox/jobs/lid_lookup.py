"""Jobs that find out who is who."""

from inbox.services.guests import lid_lookup


def ask(address_id: int) -> None:
    """Ask Green API for the number behind a LID. Safe to run twice: the second finds it asked."""
    lid_lookup.ask(address_id)
