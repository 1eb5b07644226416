"""What one number received in one hour: the ledger, and the rhythm a quiet hour is held against."""

from sqlalchemy import ForeignKeyConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, Moment


class LedgerHour(Base):
    """Counts of notifications by what became of them. `hour` is its first moment, in UTC.

    `received` came by webhook or poll; `recovered` had to be fetched from the journals.
    """

    __tablename__ = "ledger_hour"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "instance_id"], ["instance.hotel_id", "instance.id"]),
        Index(None, "hotel_id", "hour"),
    )

    instance_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hour: Mapped[Moment] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(BigId)
    received: Mapped[int] = mapped_column(Integer, default=0)
    messages: Mapped[int] = mapped_column(Integer, default=0)
    recovered: Mapped[int] = mapped_column(Integer, default=0)
    quarantined: Mapped[int] = mapped_column(Integer, default=0)
    ignored: Mapped[int] = mapped_column(Integer, default=0)
