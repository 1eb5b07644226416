"""Jobs that compare Green API's journals with our rows."""

from inbox.jobs.app import settings
from inbox.services.intake import silence


def reconcile(instance_id: int) -> None:
    """Take in what never came. Safe to run twice: the second run finds nothing due."""
    silence.compare(instance_id, settings().send_timings.settle)
