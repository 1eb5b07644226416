"""Jobs that send."""

from inbox.jobs.app import settings
from inbox.services.outbox import sending


def drain(instance_id: int) -> None:
    """Send what this number has to send. Safe to run twice: each message is claimed by one."""
    sending.drain(instance_id, settings().send_timings)
