"""Who did what: sign-ins, sends, settings. Never a secret, never a guest's text."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, Moment, RowId


class AuditEntry(Base):
    """`actor` is staff:<id>, token:<id> or cli; `subject` is a noun and an id, such as
    message:41.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "hotel_id", "at"),)

    id: Mapped[RowId]
    hotel_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("hotel.id"))
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Moment]
