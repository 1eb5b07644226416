"""An emoji that somebody hung on a message."""

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, ChatIdText, Moment


class Reaction(Base):
    """The one reaction of one person (`sender_chat_id`; '' is the hotel itself) to one message.

    A removed reaction keeps its row with an empty `emoji`, so that late news cannot bring it back.
    """

    __tablename__ = "reaction"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "message_id"], ["message.hotel_id", "message.id"]),
        Index(None, "message_id"),
    )

    message_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sender_chat_id: Mapped[ChatIdText] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(BigId)
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    emoji: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[Moment]
