"""What the hotel wants changed of a message that went out already: another text, or no message."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId, Word
from inbox.models.states import CorrectionState


class Correction(Base):
    """`kind` is edit or delete, `state` waiting, done or failed. `body` is the new text.

    A waiting one is tried at `next_attempt_at`; Green API may be told the same twice without harm.
    """

    __tablename__ = "correction"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "message_id"], ["message.hotel_id", "message.id"]),
        Index(None, "message_id"),
        Index(
            "ix_correction_due",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    message_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[Word]
    body: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[Word] = mapped_column(default=CorrectionState.WAITING)
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff.id"))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[MaybeMoment]
    failure_text: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[Moment]
