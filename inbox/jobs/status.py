"""Jobs that ask for ticks."""

from inbox.services.outbox import status_checks


def check(message_id: int) -> None:
    """Ask Green API how far a message is. Safe to run twice: ticks only move forward."""
    status_checks.check(message_id)


def check_number(instance_id: int) -> None:
    """Ask for the ticks of a whole number. Safe to run twice: ticks only move forward."""
    status_checks.check_number(instance_id)
