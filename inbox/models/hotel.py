"""A hotel: the tenant. Every other row belongs to exactly one."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Moment, Name, RowId


class Hotel(Base):
    """`slug` is its place in every address; `change_seq` numbers its changes without a gap (D8)."""

    __tablename__ = "hotel"

    id: Mapped[RowId]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    timezone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(16), default="en")
    change_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[Moment]
