"""One change that a browser may have to show, under a number without gaps (D8)."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, Moment, Word


class Change(Base):
    """`kind` is message, conversation or line. The ids say what to fetch; the row holds no
    content.
    """

    __tablename__ = "change"

    hotel_id: Mapped[int] = mapped_column(BigId, ForeignKey("hotel.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[Word]
    conversation_id: Mapped[int | None] = mapped_column(BigId)
    message_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[Moment]
