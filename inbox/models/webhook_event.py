"""A notification exactly as Green API delivered it: the inbox that nothing is lost from (D1,
D2).
"""

from sqlalchemy import ForeignKeyConstraint, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId, Word
from inbox.models.states import EventSource, EventState


class WebhookEvent(Base):
    """`state` says what became of it:

    applied      its rows are written
    ignored      understood, and nothing to do
    parked       about a message whose id we do not know yet; applied when the id arrives (D7)
    quarantined  could not be applied; `error` says why, without quoting the guest

    `waits_for` is the provider's id of the message that a parked event is about. `source` is
    webhook, poll or journal. `attempts` counts how often a quarantined one was applied again.
    """

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("hotel_id", "id"),
        UniqueConstraint("instance_id", "dedupe_key"),
        ForeignKeyConstraint(["hotel_id", "instance_id"], ["instance.hotel_id", "instance.id"]),
        Index(None, "instance_id", "state", "chat_id"),
        Index(None, "instance_id", "waits_for"),
        Index(None, "hotel_id", "state", "id"),
        Index(None, "hotel_id", "received_at"),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    instance_id: Mapped[int] = mapped_column(BigId)
    dedupe_key: Mapped[str] = mapped_column(String(255))
    type_webhook: Mapped[str] = mapped_column(String(64), default="")
    chat_id: Mapped[str] = mapped_column(String(120), default="")
    id_message: Mapped[str] = mapped_column(String(120), default="")
    waits_for: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[Word] = mapped_column(default=EventSource.WEBHOOK)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[Word] = mapped_column(default=EventState.APPLIED)
    error: Mapped[str] = mapped_column(String(300), default="")
    received_at: Mapped[Moment]
    applied_at: Mapped[MaybeMoment]
