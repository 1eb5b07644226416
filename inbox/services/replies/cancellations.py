"""A person changes their mind about a message: tries a failed one again, lets it go, or calls back
one that has not left.
"""

from datetime import timedelta

from sqlalchemy import select, update

from inbox import clock
from inbox.errors import Conflict
from inbox.models import STATUS_RANK, Attachment, Conversation, Message
from inbox.models.states import NOT_SENT, RECALLABLE, MessageStatus, Origin
from inbox.services import audit, locks
from inbox.services.conversations import attention, threads
from inbox.services.messages import failures
from inbox.services.messages.outgoing import KINDS, Outgoing, OutgoingContent, stored
from inbox.services.replies import replies
from inbox.services.transaction import Work, transaction

RETRIED = "retry-"  # how the reference of another attempt begins


def retry(hotel_id: int, message_id: int, by: audit.Doer) -> Message:
    """Queue a new attempt at a message that failed, and set the failed one aside.

    A second click finds nothing to retry: `Conflict`, as for a kind that the desk cannot send. What
    failed on the hotel's phone is tried by the desk. Raises `NotFound`.
    """
    with transaction() as work:
        conversation, failed = _failed(work, hotel_id, message_id)
        attempt_id = replies.queue(work, conversation, _again(work, failed, by)).message_id
        _set_aside(work, conversation, failed, "retried")
        audit.act_on_message(work, by, "message.retry", hotel_id, attempt_id)
    return threads.message(hotel_id, attempt_id)


def _again(work: Work, failed: Message, by: audit.Doer) -> Outgoing[OutgoingContent]:
    """The same once more. Raises `Conflict` when it cannot be made again."""
    file = work.session.scalar(
        select(Attachment).where(Attachment.message_id == failed.id).limit(1)
    )
    if failed.kind not in KINDS or (file is not None and not file.storage_key):
        raise Conflict("This cannot be sent again from here. Use the hotel's phone.")
    return Outgoing(
        OutgoingContent(
            failed.kind, failed.body, failed.payload or {}, stored(file) if file else None
        ),
        origin=Origin.API if failed.origin == Origin.API else Origin.DESK,
        by=by,
        client_ref=f"{RETRIED}{failed.id}",
        quoted_message_id=failed.quoted_id,
        kept=timedelta(seconds=failed.kept_seconds) if failed.kept_seconds is not None else None,
    )


def discard(hotel_id: int, message_id: int, by: audit.Doer) -> Message:
    """Take a failed message off the desk's mind; the thread keeps it as cancelled."""
    with transaction() as work:
        conversation, failed = _failed(work, hotel_id, message_id)
        _set_aside(work, conversation, failed, "discarded")
        audit.act(work, by, "message.discard", failed)
    return threads.message(hotel_id, message_id)


def cancel(hotel_id: int, message_id: int, by: audit.Doer) -> Message:
    """Call back what still waits in our outbox, or for its time. Raises `NotFound`, and `Conflict`
    when a worker has it already.
    """
    with transaction() as work:
        conversation, message = locks.message_of(work, hotel_id, message_id)
        was_scheduled = message.status == MessageStatus.SCHEDULED
        called_back = work.session.execute(
            update(Message)
            .where(Message.id == message_id, Message.status.in_(RECALLABLE))
            .values(
                status=MessageStatus.CANCELLED,
                rank=STATUS_RANK[MessageStatus.CANCELLED],
                failure_code="called_back",
                hold_reason="",
                sorted_at=clock.now() if was_scheduled else message.sorted_at,
            )
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
        if called_back is None:
            raise Conflict("Too late: this message is on its way.")
        work.session.expire(message)
        work.session.execute(
            update(Attachment).where(Attachment.message_id == message_id).values(upload_at=None)
        )
        if was_scheduled:
            work.changed(hotel_id, "schedule", conversation.id)
        else:
            attention.wait_again(work, conversation)
        work.changed(hotel_id, "message", conversation.id, message_id)
        audit.act(work, by, "message.cancel", message)
    return threads.message(hotel_id, message_id)


def _failed(work: Work, hotel_id: int, message_id: int) -> tuple[Conversation, Message]:
    conversation, message = locks.message_of(work, hotel_id, message_id)
    if message.status not in NOT_SENT:
        raise Conflict("This message did not fail, so there is nothing to do again.")
    return conversation, message


def _set_aside(work: Work, conversation: Conversation, message: Message, why: str) -> None:
    message.status = MessageStatus.CANCELLED
    message.failure_code = why
    work.session.flush()
    failures.settle(work, conversation)
    work.changed(message.hotel_id, "message", message.conversation_id, message.id)
