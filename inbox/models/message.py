"""A message: what was said, and for the hotel's own, how far it got. An outgoing row is the
outbox (D1).
"""

from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.extensions import Base
from inbox.models.attachment import Attachment
from inbox.models.columns import BigId, MaybeMoment, Moment, RowId, Word
from inbox.models.correction import Correction
from inbox.models.reaction import Reaction
from inbox.models.revision import Revision
from inbox.models.staff import Staff
from inbox.models.states import UNFINISHED, UNPROVEN, Direction, HoldReason, MessageStatus

TEXT_LIMIT = 20_000  # docs/green-api.md 2.1: sendMessage

# D7: a status may only move to a higher rank. A proof of delivery beats a failure.
STATUS_RANK: dict[str, int] = {
    MessageStatus.SCHEDULED: 0,
    MessageStatus.UPLOADING: 0,
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.UNCONFIRMED: 2,
    MessageStatus.ACCEPTED: 3,
    MessageStatus.SENT: 4,
    MessageStatus.EXPIRED: 5,
    MessageStatus.CANCELLED: 5,
    MessageStatus.FAILED: 5,
    MessageStatus.DELIVERED: 6,
    MessageStatus.READ: 7,
}
_UNFINISHED_SQL = "status IN ('uploading', 'queued', 'sending', 'unconfirmed')"
_UNPROVEN_SQL = "status IN ('accepted', 'sent')"
MISSED = ("ended", "missed", "declined")  # states of a call that nobody took
CHECKS_BEFORE_ASKING = 4  # journals asked in vain, or silent, before a person is asked to decide


class Message(Base):
    """One message of one conversation.

    `sorted_at` is fixed when the row is made: display order is (`sorted_at`, `id`) and what staff
    saw never jumps. `status` is '' for what the guest wrote. `rank` mirrors `status` so that a
    compare-and-set is one UPDATE. `recovered` came from the journal, not by webhook. `event_id` is
    the stored notification it was made from. `analyse_at` is when its sentiment is due to be read.

    `scheduled_for` is when a scheduled one goes into the queue. `hold_reason` says why a queued one
    waits until `not_before`: 'first_contact_limit', or 'waived' when a person let it go all the
    same. `overdue_at` is when a tick that stays away was noticed. `kept_seconds` is how long it may
    wait when that was asked for. `request_digest` stands for all that a program asked for.
    `confirmed_by_id` is the person who said that an unconfirmed one arrived.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("hotel_id", "id"),
        UniqueConstraint("instance_id", "id_message"),
        UniqueConstraint("hotel_id", "origin", "client_ref"),
        ForeignKeyConstraint(
            ["hotel_id", "conversation_id"], ["conversation.hotel_id", "conversation.id"]
        ),
        ForeignKeyConstraint(["hotel_id", "instance_id"], ["instance.hotel_id", "instance.id"]),
        ForeignKeyConstraint(["hotel_id", "quoted_id"], ["message.hotel_id", "message.id"]),
        ForeignKeyConstraint(
            ["hotel_id", "event_id"], ["webhook_event.hotel_id", "webhook_event.id"]
        ),
        Index(None, "conversation_id", "sorted_at", "id"),
        Index(
            "ix_message_outbox",
            "instance_id",
            "conversation_id",
            "id",
            sqlite_where=text(_UNFINISHED_SQL),
            postgresql_where=text(_UNFINISHED_SQL),
        ),
        Index(
            "ix_message_scheduled",
            "scheduled_for",
            sqlite_where=text("status = 'scheduled'"),
            postgresql_where=text("status = 'scheduled'"),
        ),
        Index(
            "ix_message_unproven",
            "conversation_id",
            "accepted_at",
            sqlite_where=text(_UNPROVEN_SQL),
            postgresql_where=text(_UNPROVEN_SQL),
        ),
        Index(
            "ix_message_check",
            "check_at",
            sqlite_where=text("check_at IS NOT NULL"),
            postgresql_where=text("check_at IS NOT NULL"),
        ),
        Index(
            "ix_message_analyse",
            "analyse_at",
            sqlite_where=text("analyse_at IS NOT NULL"),
            postgresql_where=text("analyse_at IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    conversation_id: Mapped[int] = mapped_column(BigId)
    instance_id: Mapped[int] = mapped_column(BigId)
    direction: Mapped[Word]
    origin: Mapped[Word]
    kind: Mapped[Word]
    body: Mapped[str] = mapped_column(Text, default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    id_message: Mapped[str | None] = mapped_column(String(120))
    client_ref: Mapped[str | None] = mapped_column(String(100))
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff.id"))
    sender_chat_id: Mapped[str] = mapped_column(String(120), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    quoted_id: Mapped[int | None] = mapped_column(BigId)
    quoted_id_message: Mapped[str] = mapped_column(String(120), default="")
    quoted_preview: Mapped[str] = mapped_column(String(200), default="")
    arrived_at: Mapped[Moment]
    sorted_at: Mapped[Moment]
    arrived_late: Mapped[bool] = mapped_column(default=False)
    recovered: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[MaybeMoment]
    deleted_at: Mapped[MaybeMoment]
    event_id: Mapped[int | None] = mapped_column(BigId)
    analyse_at: Mapped[MaybeMoment]

    status: Mapped[Word] = mapped_column(default=MessageStatus.NONE)
    rank: Mapped[int] = mapped_column(Integer, default=0)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    scheduled_for: Mapped[MaybeMoment]
    not_before: Mapped[MaybeMoment]
    hold_reason: Mapped[Word] = mapped_column(default=HoldReason.NONE)
    expires_at: Mapped[MaybeMoment]
    kept_seconds: Mapped[int | None] = mapped_column(Integer)
    request_digest: Mapped[str] = mapped_column(String(64), default="")
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_at: Mapped[MaybeMoment]
    lease_until: Mapped[MaybeMoment]
    check_at: Mapped[MaybeMoment]
    checks: Mapped[int] = mapped_column(Integer, default=0)
    queued_at: Mapped[MaybeMoment]
    accepted_at: Mapped[MaybeMoment]
    sent_at: Mapped[MaybeMoment]
    delivered_at: Mapped[MaybeMoment]
    read_at: Mapped[MaybeMoment]
    overdue_at: Mapped[MaybeMoment]
    failed_at: Mapped[MaybeMoment]
    failure_code: Mapped[Word] = mapped_column(default="")
    failure_text: Mapped[str] = mapped_column(String(300), default="")

    author: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=[author_id])
    confirmed_by: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=[confirmed_by_id])
    reactions: Mapped[list[Reaction]] = relationship(
        lazy="raise",
        primaryjoin="Message.id == Reaction.message_id",
        foreign_keys=[Reaction.message_id],
        order_by=Reaction.at,
    )
    revisions: Mapped[list[Revision]] = relationship(
        lazy="raise",
        primaryjoin="Message.id == Revision.message_id",
        foreign_keys=[Revision.message_id],
        order_by=Revision.id,
    )
    attachments: Mapped[list[Attachment]] = relationship(
        lazy="raise",
        primaryjoin="Message.id == Attachment.message_id",
        foreign_keys=[Attachment.message_id],
        order_by=Attachment.id,
    )
    quoted: Mapped["Message | None"] = relationship(
        lazy="raise",
        primaryjoin="Message.quoted_id == remote(Message.id)",
        foreign_keys=[quoted_id],
    )
    corrections: Mapped[list[Correction]] = relationship(
        lazy="raise",
        primaryjoin="Message.id == Correction.message_id",
        foreign_keys=[Correction.message_id],
        order_by=Correction.id,
    )

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer of ours: the guest wrote, or called and nobody took it."""
        if self.direction != Direction.IN:
            return False
        return self.kind != "call" or (self.payload or {}).get("state") in MISSED

    @property
    def awaits_decision(self) -> bool:
        """Whether no evidence came in a long while, so that a person has to decide."""
        return self.status == MessageStatus.UNCONFIRMED and self.checks >= CHECKS_BEFORE_ASKING


# Rendered as literals, so that SQLite can see that the partial indexes fit.
IS_UNFINISHED = Message.status.in_(
    bindparam("unfinished", UNFINISHED, expanding=True, literal_execute=True)
)
IS_UNPROVEN = Message.status.in_(
    bindparam("unproven", UNPROVEN, expanding=True, literal_execute=True)
)
IS_SCHEDULED = Message.status == bindparam(
    "scheduled", MessageStatus.SCHEDULED, literal_execute=True
)
