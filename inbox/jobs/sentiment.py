"""Jobs that read how guests sound."""

from inbox.jobs.app import sentiment_model
from inbox.services.conversations import sentiment


def read() -> None:
    """Read what has come. Safe to run twice: the second run finds nothing to do."""
    sentiment.read_all(sentiment_model())
