"""Jobs that change messages which went out already."""

from inbox.services.messages import corrections


def carry_out(correction_id: int) -> None:
    """Edit or delete one message. Safe to run twice: Green API may be told the same again."""
    corrections.carry_out(correction_id)
