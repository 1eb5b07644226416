"""What a message said before it was edited."""

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, Moment, RowId


class Revision(Base):
    """An earlier text. `id_message` is the provider's id of the edit that replaced it."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("message_id", "id_message"),
        ForeignKeyConstraint(["hotel_id", "message_id"], ["message.hotel_id", "message.id"]),
        Index(None, "message_id"),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    message_id: Mapped[int] = mapped_column(BigId)
    id_message: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[Moment]
