"""That two guests were found to be one person, and what it takes to undo that."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId


class GuestMerge(Base):
    """`moved` lists the ids of addresses and conversations that changed their guest."""

    __tablename__ = "guest_merge"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "from_guest_id"], ["guest.hotel_id", "guest.id"]),
        ForeignKeyConstraint(["hotel_id", "into_guest_id"], ["guest.hotel_id", "guest.id"]),
        Index(None, "hotel_id", "into_guest_id"),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    from_guest_id: Mapped[int] = mapped_column(BigId)
    into_guest_id: Mapped[int] = mapped_column(BigId)
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Moment]
    undone_at: Mapped[MaybeMoment]
