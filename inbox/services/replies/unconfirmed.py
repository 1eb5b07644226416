"""A message that may or may not have arrived, and no evidence comes: a person decides (P16, S4)."""

from inbox import clock
from inbox.dispatch import workers
from inbox.errors import Conflict
from inbox.models import STATUS_RANK, Message
from inbox.models.states import MessageStatus
from inbox.services import audit, locks
from inbox.services.messages import outgoing
from inbox.services.transaction import Work, transaction

CONFIRMED = "confirmed"


def check_again(hotel_id: int, message_id: int, staff_id: int) -> None:
    """Ask the journal once more, now. Raises `NotFound`, `Conflict`."""
    with transaction() as work:
        message = _awaiting_decision(work, hotel_id, message_id)
        message.check_at, message.checks = clock.now(), 0
        _note(work, message, staff_id, "message.check_again")


def arrived(hotel_id: int, message_id: int, staff_id: int) -> None:
    """Somebody knows that the guest has it: the chat moves on. Raises `NotFound`, `Conflict`."""
    with transaction() as work:
        message = _awaiting_decision(work, hotel_id, message_id)
        message.status, message.rank = MessageStatus.ACCEPTED, STATUS_RANK[MessageStatus.ACCEPTED]
        message.accepted_at, message.failure_code = clock.now(), CONFIRMED
        message.confirmed_by_id = staff_id
        message.check_at, message.checks = None, 0  # without an id nobody can be asked for ticks
        work.wake(workers.SEND, message.instance_id)
        _note(work, message, staff_id, "message.vouch")


def send_again(hotel_id: int, message_id: int, staff_id: int) -> None:
    """Somebody knows that the guest does not have it: it goes out once more, in its old place,
    however long they thought about it. Raises `NotFound`, `Conflict`.
    """
    with transaction() as work:
        message = _awaiting_decision(work, hotel_id, message_id)
        message.status, message.rank = MessageStatus.QUEUED, STATUS_RANK[MessageStatus.QUEUED]
        message.check_at, message.checks, message.not_before = None, 0, None
        message.expires_at = clock.now() + outgoing.lifetime(message)
        work.wake(workers.SEND, message.instance_id)
        _note(work, message, staff_id, "message.send_again")


def _awaiting_decision(work: Work, hotel_id: int, message_id: int) -> Message:
    _, message = locks.message_of(work, hotel_id, message_id, itself=True)
    if not message.awaits_decision:
        raise Conflict("This message is not in doubt any more.")
    return message


def _note(work: Work, message: Message, staff_id: int, action: str) -> None:
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
    audit.act(work, staff_id, action, message)
