"""Something about a number's line that people must know: shown on every screen until it is over."""

from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId, Word

KINDS = ("wrong_token", "recovered", "silent", "quarantine", "webhook_set", "repeated")


class Incident(Base):
    """At most one of a kind is open (`closed_at` is None) for a number. `count` is how often it
    happened, `facts` what the words need (numbers and moments only, nothing a guest wrote)."""

    __tablename__ = "incident"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "instance_id"], ["instance.hotel_id", "instance.id"]),
        Index(
            "uq_incident_open",
            "instance_id",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(None, "hotel_id", "opened_at"),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    instance_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[Word]
    count: Mapped[int] = mapped_column(Integer, default=1)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opened_at: Mapped[Moment]
    last_at: Mapped[Moment]
    closed_at: Mapped[MaybeMoment]
