"""Jobs about the line itself."""

from inbox.services.lines import pauses


def resume(instance_id: int) -> None:
    """Ask a paused number for its state. Safe to run twice: the second finds it just asked."""
    pauses.probe(instance_id)
