"""Settling an unconfirmed message: evidence that Green API has it gives it the id it lacked
(D4).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.greenapi.contents import Contact, Content, File, Location
from inbox.models import (
    STATUS_RANK,
    Attachment,
    Conversation,
    Message,
    Reaction,
    Revision,
)
from inbox.models.states import UNDER_WAY, Direction, MessageStatus, Origin
from inbox.services.messages.outgoing import FILE_KINDS
from inbox.services.transaction import Work

FIRST_CHECK = timedelta(seconds=60)
PROGRESS = ("status", "rank", "sent_at", "delivered_at", "read_at", "failed_at")
FAILURE = ("failure_code", "failure_text")


def same_text(left: str, right: str) -> bool:
    """Whether two texts are the same message; providers may change the white space."""
    return left.split() == right.split()


def same_content(message: Message, content: Content) -> bool:
    """Whether Green API's content is what we sent in this message, as far as it can be told.

    A file comes back under another link and perhaps another kind, but with its text and name.
    """
    if isinstance(content, File):
        names = {message.payload.get("file_name"), content.file_name}
        told = content.kind == "document" and all(names)
        named_alike = len(names) == 1 or not told
        is_file = message.kind in FILE_KINDS
        return is_file and named_alike and same_text(message.body, content.text)
    if isinstance(content, Location):
        place = (message.payload.get("latitude"), message.payload.get("longitude"))
        return message.kind == "location" and place == (content.latitude, content.longitude)
    if isinstance(content, Contact):
        return message.kind == "contact" and message.payload.get("phone") == content.phone
    return content.kind == message.kind and same_text(message.body, content.text)


def possibly_sent(session: Session, conversation_id: int) -> Message | None:
    """The one message of this chat that Green API may have without our knowing: D5 allows no
    second.

    One that was tried before and waits again counts: the journal that did not have it may have
    been late. So does one that only a person called accepted.
    """
    tried = and_(Message.status == MessageStatus.QUEUED, Message.claim != "")
    confirmed = and_(Message.status == MessageStatus.ACCEPTED, Message.id_message.is_(None))
    return session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.direction == Direction.OUT,
            or_(Message.status.in_(UNDER_WAY), tried, confirmed),
        )
        .order_by(confirmed, Message.id)
        .limit(1)
    )


def match(work: Work, message_id: int, id_message: str, at: datetime | None) -> Message | None:
    """Write the provider's id on a message of ours and call it accepted; None if it is not open."""
    accepted = STATUS_RANK[MessageStatus.ACCEPTED]
    is_open = or_(Message.rank < accepted, Message.id_message.is_(None))
    matched = work.session.scalars(
        update(Message)
        .where(
            Message.id == message_id, Message.rank <= STATUS_RANK[MessageStatus.ACCEPTED], is_open
        )
        .values(
            status=MessageStatus.ACCEPTED,
            rank=STATUS_RANK[MessageStatus.ACCEPTED],
            id_message=id_message,
            accepted_at=at or clock.now(),
            lease_until=None,
            check_at=clock.now() + FIRST_CHECK,
            checks=0,
        )
        .returning(Message),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).first()
    if matched is not None:
        work.changed(matched.hotel_id, "message", matched.conversation_id, message_id)
    return matched


def claim_is_ours(session: Session, message_id: int, claim_token: str) -> bool:
    """Whether the message is open and was last claimed with this claim_token."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Message.id == message_id,
                    Message.claim == claim_token,
                    Message.rank < STATUS_RANK[MessageStatus.ACCEPTED],
                )
            )
        )
    )


def merge_echo(work: Work, instance_id: int, id_message: str, message_id: int) -> dict[str, Any]:
    """Remove the row that an echo of our message became, and return how far it got since.

    An echo in another shape (the text altered on the way, a @lid for a number) is not recognised
    and becomes a row as if another program had written it; the answer to our call knows better.
    """
    stub = work.session.scalar(
        select(Message).where(
            Message.instance_id == instance_id,
            Message.id_message == id_message,
            Message.origin == Origin.ELSEWHERE,
        )
    )
    if stub is None:
        return {}
    far = stub.rank > STATUS_RANK[MessageStatus.ACCEPTED]
    progress = {name: getattr(stub, name) for name in (*PROGRESS, *FAILURE)} if far else {}
    mine = Conversation.last_message_id == stub.id
    for statement in (
        update(Message).where(Message.quoted_id == stub.id).values(quoted_id=message_id),
        update(Reaction).where(Reaction.message_id == stub.id).values(message_id=message_id),
        update(Revision).where(Revision.message_id == stub.id).values(message_id=message_id),
        update(Conversation)
        .where(Conversation.id == stub.conversation_id, mine)
        .values(last_message_id=message_id),
        delete(Attachment).where(Attachment.message_id == stub.id),
        delete(Message).where(Message.id == stub.id),
    ):
        work.session.execute(statement, execution_options={"synchronize_session": False})
    work.changed(stub.hotel_id, "message", stub.conversation_id, stub.id)
    work.session.expunge(stub)
    return progress


def taken(session: Session, instance_id: int, id_message: str) -> bool:
    """Whether some message of this number has the id already."""
    return bool(
        session.scalar(
            select(
                exists().where(Message.instance_id == instance_id, Message.id_message == id_message)
            )
        )
    )
