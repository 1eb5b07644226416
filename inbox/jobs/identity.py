"""Jobs that find out who is who."""

from inbox.services import identity


def ask(address_id: int) -> None:
    """Ask Green API for the number behind a LID. Safe to run twice: the second finds it asked."""
    identity.ask(address_id)
