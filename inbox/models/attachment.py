"""A file of a message. The message comes first; the file is fetched later, with its own state
(D12).
"""

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId, Word
from inbox.models.states import AttachmentState


class Attachment(Base):
    """`state` is waiting, fetching, ready or failed. `source_url` never leaves the server.

    `storage_key` and `thumb_key` name files in our own store, '' until there is one. `mime_type`
    is what the sender claimed until the file is here, then what its bytes say. `width` and `height`
    are in pixels, `size` in bytes; None when unknown.

    A file of ours is ready from the start; `upload_at` is when it is brought to Green API next, and
    `upload_url` where Green API then has it (for 15 days).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        ForeignKeyConstraint(["hotel_id", "message_id"], ["message.hotel_id", "message.id"]),
        Index(None, "message_id"),
        Index(
            "ix_attachment_due",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index(
            "ix_attachment_upload",
            "upload_at",
            sqlite_where=text("upload_at IS NOT NULL"),
            postgresql_where=text("upload_at IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    message_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[Word]
    state: Mapped[Word] = mapped_column(default=AttachmentState.WAITING)
    source_url: Mapped[str] = mapped_column(String(2000), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    mime_type: Mapped[str] = mapped_column(String(120), default="")
    size: Mapped[int | None] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(String(80), default="")
    thumb_key: Mapped[str] = mapped_column(String(80), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[MaybeMoment]
    upload_at: Mapped[MaybeMoment]
    upload_url: Mapped[str] = mapped_column(String(2000), default="")
    failure_text: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[Moment]
