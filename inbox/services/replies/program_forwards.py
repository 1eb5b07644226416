"""A program passes a message on, of those that programs sent: what guests and staff wrote it could
read at the other end.
"""

from inbox.services.messages.outgoing import Outgoing
from inbox.services.replies import program_acts, program_messages
from inbox.services.replies.forwards import Forward
from inbox.services.replies.program_messages import Recipient
from inbox.services.replies.replies import Queued


def send(hotel_id: int, recipient: Recipient, outgoing: Outgoing[Forward]) -> Queued:
    """Queue or schedule the message once more, for somebody else; see `program_messages.send`.

    Raises `Forbidden` besides, and `Conflict` for what cannot be passed on.
    """
    program_acts.own(hotel_id, outgoing.content.message_id)
    return program_messages.send(hotel_id, recipient, outgoing)
