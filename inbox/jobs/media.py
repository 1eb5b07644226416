"""Jobs that fetch files."""

from inbox.jobs.app import media_rules
from inbox.services.intake import downloads


def fetch(attachment_id: int) -> None:
    """Fetch one file. Safe to run twice: the second run finds it claimed or done."""
    rules = media_rules()
    downloads.fetch(attachment_id, rules.store, rules.more_hosts)
