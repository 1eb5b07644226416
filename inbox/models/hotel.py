"""A hotel: the tenant. Every other row belongs to exactly one."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Moment, Name, RowId, Word


class Hotel(Base):
    """`slug` is its place in every address; `change_seq` numbers its changes without a gap (D8).

    `read_receipts` is when a guest learns that they were read: answer, seen or never.
    `first_contacts_a_day` is how many people who never wrote may get a first message in 24 hours.
    """

    __tablename__ = "hotel"

    id: Mapped[RowId]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    timezone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(16), default="en")
    change_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    read_receipts: Mapped[Word] = mapped_column(default="answer")
    first_contacts_a_day: Mapped[int] = mapped_column(Integer, default=20)
    created_at: Mapped[Moment]
