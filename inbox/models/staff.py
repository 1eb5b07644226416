"""The people at the desk, the hotels they work for, and the browsers they are signed in with."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, Name, RowId, Word

ROLES = ("front_desk", "manager", "owner")  # each may do what those before it may


class Staff(Base):
    """A person. `email` is stored in lower case."""

    __tablename__ = "staff"

    id: Mapped[RowId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[MaybeMoment]
    created_at: Mapped[Moment]


class Membership(Base):
    """That a person works for a hotel, and as what."""

    __tablename__ = "membership"

    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff.id"), primary_key=True)
    hotel_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("hotel.id"), primary_key=True, index=True
    )
    role: Mapped[Word]
    created_at: Mapped[Moment]


class StaffSession(Base):
    """One signed-in browser. Revoking the row signs it out everywhere at once, sockets included.

    The cookie holds the token; the table holds only its SHA-256.
    """

    __tablename__ = "staff_session"

    id: Mapped[RowId]
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[MaybeMoment]
