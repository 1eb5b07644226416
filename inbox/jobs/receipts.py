"""Jobs that tell guests that they were read."""

from inbox.services.conversations import receipts


def tell(conversation_id: int) -> None:
    """Mark one chat as read. Safe to run twice: the second run finds nothing due."""
    receipts.tell(conversation_id)
