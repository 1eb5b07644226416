"""Jobs that bring our files to Green API."""

from inbox.jobs.app import media_rules
from inbox.services.outbox import uploads


def upload(attachment_id: int) -> None:
    """Bring one file there. Safe to run twice: the second run finds it claimed or done."""
    uploads.upload(attachment_id, media_rules().store)
