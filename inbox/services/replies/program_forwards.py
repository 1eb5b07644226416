"""A program passes a message on, of those that programs sent: what guests and staff wrote it could
read at the other end.
"""

from inbox.services.replies import forwards, program_acts, program_messages
from inbox.services.replies.program_messages import Envelope, Order, Taken


def send(hotel_id: int, token_id: int, message_id: int, envelope: Envelope) -> Taken:
    """Queue or schedule the message once more, for somebody else; see `program_messages.send`.

    Raises `Forbidden` besides, and `Conflict` for what cannot be passed on.
    """
    program_acts.own(hotel_id, message_id)
    order = Order(
        envelope,
        ("forward", message_id),
        lambda target: forwards.parcel_of(hotel_id, message_id, target),
    )
    return program_messages.send(hotel_id, token_id, order)
