"""Jobs that read how guests sound."""

from inbox.jobs.app import mood_model
from inbox.services import moods


def read() -> None:
    """Read what has come. Safe to run twice: the second run finds nothing to do."""
    moods.read_all(mood_model())
