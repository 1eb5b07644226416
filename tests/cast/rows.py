"""What the database holds now, read afresh."""

from sqlalchemy import func, select

from inbox.extensions import db
from inbox.models import Instance, Message
from inbox.models.states import MessageStatus
from tests.cast.people import Cast


def count(table: type) -> int:
    """How many rows the table has."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def row(message_id: int) -> Message:
    """The message with this id of ours."""
    db.session.rollback()
    return db.session.get_one(Message, message_id)


def row_of(id_message: str) -> Message:
    """The message with this id of Green API's."""
    db.session.rollback()
    return db.session.scalars(select(Message).where(Message.id_message == id_message)).one()


def messages() -> list[Message]:
    """Every message, in the order of a thread."""
    db.session.rollback()
    return list(db.session.scalars(select(Message).order_by(Message.sorted_at, Message.id)))


def instance(cast: Cast) -> Instance:
    """The Grand Plaza's number."""
    db.session.rollback()
    return db.session.get_one(Instance, cast.instance_id)


def scheduled() -> list[Message]:
    """The messages that wait for their time."""
    db.session.rollback()
    return list(
        db.session.scalars(select(Message).where(Message.status == MessageStatus.SCHEDULED))
    )
