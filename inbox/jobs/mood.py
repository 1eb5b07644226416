"""Jobs that read how guests sound."""

from inbox.jobs.app import mood_model
from inbox.services import moods


def read(message_id: int) -> None:
    """Read one message. Safe to run twice: the second run finds nothing to do."""
    moods.read(message_id, mood_model())
