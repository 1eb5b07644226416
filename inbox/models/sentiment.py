"""How a message of a guest sounded, and to whom."""

from sqlalchemy import Float, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, Moment, Word


class Sentiment(Base):
    """`score` runs from -1 (furious) to 1 (delighted); `label` is upset, danger, calm, happy or
    unknown (a language the analyser does not know); `why` is a few words; `analyser` its name."""

    __tablename__ = "sentiment"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "message_id"], ["message.hotel_id", "message.id"]),
        Index(None, "hotel_id", "at"),
    )

    message_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hotel_id: Mapped[int] = mapped_column(BigId)
    score: Mapped[float] = mapped_column(Float)
    label: Mapped[Word]
    why: Mapped[str] = mapped_column(String(200), default="")
    analyser: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]
