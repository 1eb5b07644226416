"""A Green API instance: one WhatsApp number of a hotel."""

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.extensions import Base
from inbox.models.columns import BigId, MaybeMoment, Moment, Name, RowId, Word
from inbox.models.hotel import Hotel
from inbox.models.states import Receive


class Instance(Base):
    """How to reach the number, how its line is, and when it may send next (D6).

    `state_told_at` is the time, by Green API's clock, of the newest notification of a state.
    `gap_since` is when its news may have begun to be lost; `reconcile_at` when the journals are
    compared next. `state_asked_at` is when Green API was last asked for the state (once a second at
    most). While `pause_reason` stands nothing is sent and `paused_until` is when the state is
    asked again; without a reason it is a backoff. `rejected_*` count webhooks with a wrong token.

    The three `*_sealed` columns hold AES-256-GCM text (D13); `inbox.vault.secrets` opens them.
    """

    __tablename__ = "instance"
    __table_args__ = (UniqueConstraint("hotel_id", "id"),)

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId, ForeignKey("hotel.id"), index=True)
    id_instance: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[Name] = mapped_column(default="")
    api_url: Mapped[str] = mapped_column(String(300))
    media_url: Mapped[str] = mapped_column(String(300))
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    webhook_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    webhook_token_previous_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    webhook_token_previous_until: Mapped[MaybeMoment]
    signature_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    receive: Mapped[Word] = mapped_column(default=Receive.WEBHOOK)
    wid: Mapped[str] = mapped_column(String(120), default="")

    state: Mapped[Word] = mapped_column(default="unknown")
    state_since: Mapped[MaybeMoment]
    state_told_at: Mapped[MaybeMoment]
    state_asked_at: Mapped[MaybeMoment]
    last_event_at: Mapped[MaybeMoment]
    last_inbound_at: Mapped[MaybeMoment]

    send_interval_ms: Mapped[int] = mapped_column(Integer, default=20)
    next_send_at: Mapped[MaybeMoment]
    backoff_level: Mapped[int] = mapped_column(Integer, default=0)
    paused_until: Mapped[MaybeMoment]
    pause_reason: Mapped[Word] = mapped_column(default="")
    journal_read_at: Mapped[MaybeMoment]
    gap_since: Mapped[MaybeMoment]
    reconcile_at: Mapped[MaybeMoment]
    reconciled_at: Mapped[MaybeMoment]
    probe_at: Mapped[MaybeMoment]
    rebooted_at: Mapped[MaybeMoment]
    rejected_count: Mapped[int] = mapped_column(Integer, default=0)
    rejected_since: Mapped[MaybeMoment]
    created_at: Mapped[Moment]

    hotel: Mapped[Hotel] = relationship(lazy="raise")
