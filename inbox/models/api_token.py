"""A token with which a program speaks for one hotel."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, Name, RowId


class ApiToken(Base):
    """Only the SHA-256 of the token is kept: it is shown once, when made."""

    __tablename__ = "api_token"

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId, ForeignKey("hotel.id"), index=True)
    name: Mapped[Name]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[MaybeMoment]
