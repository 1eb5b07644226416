"""A guest, and the addresses a guest writes from."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, ChatIdText, MaybeMoment, Moment, Name, RowId, Word


class Guest(Base):
    """A person, or a WhatsApp group, that writes to the hotel. `phone` is digits, '' when unknown.

    A guest with `merged_into_id` is that other one; the row stays so that it can be undone.
    """

    __tablename__ = "guest"
    __table_args__ = (
        UniqueConstraint("hotel_id", "id"),
        ForeignKeyConstraint(["hotel_id", "merged_into_id"], ["guest.hotel_id", "guest.id"]),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId, ForeignKey("hotel.id"))
    name: Mapped[Name] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    merged_into_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[Moment]

    @property
    def display_name(self) -> str:
        """What the desk calls this guest: a name, else the number."""
        return self.name or (f"+{self.phone}" if self.phone else "Guest without a number")


class GuestAddress(Base):
    """A chat id exactly as it came (never rewritten), and the key it is matched by (D3).

    `ask_at` is when Green API is asked next for the phone number behind a LID, `asked_at` when it
    was last. A number that is told becomes the LID's `match_key`.
    """

    __tablename__ = "guest_address"
    __table_args__ = (
        UniqueConstraint("hotel_id", "chat_id"),
        ForeignKeyConstraint(["hotel_id", "guest_id"], ["guest.hotel_id", "guest.id"]),
        Index(None, "hotel_id", "match_key"),
        Index(None, "hotel_id", "guest_id"),
        Index(
            "ix_guest_address_ask",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    guest_id: Mapped[int] = mapped_column(BigId)
    chat_id: Mapped[ChatIdText]
    kind: Mapped[Word]
    match_key: Mapped[ChatIdText]
    ask_at: Mapped[MaybeMoment]
    asked_at: Mapped[MaybeMoment]
    created_at: Mapped[Moment]
