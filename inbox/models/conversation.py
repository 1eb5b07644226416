"""A conversation: all that one chat id and one number of the hotel ever said to each other (D3)."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.extensions import Base
from inbox.models.columns import BigId, ChatIdText, MaybeMoment, Moment, RowId, Word
from inbox.models.guest import Guest
from inbox.models.instance import Instance
from inbox.models.sentiment import Sentiment
from inbox.models.states import ConversationStatus, Direction

PREVIEW_LENGTH = 160


class Conversation(Base):
    """`open`, `snoozed` and `done` are states of it, never new rows.

    `waiting_since` is the first message of the guest that nobody has answered yet.
    `sentiment` is '' or upset or danger, since and because of `sentiment_message_id`; a person who
    said "not upset" is remembered in `dismissed_until_id`: nothing up to that message raises it
    again.
    `last_inbound_at` is the guest's latest message, None when they never wrote. `known_at`: the
    address is on WhatsApp for certain since. `first_contact_at` is our first message to somebody
    who had never written. `failed_at`: a message of ours failed and nobody has seen to it.
    `receipt_due_at` is when the guest is told that their messages were read. `disappearing_since`:
    we learned then that messages disappear in this chat; `look_at` is when we ask next.
    `last_*` describe the newest message by display order, so that the list needs no join.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("hotel_id", "id"),
        UniqueConstraint("hotel_id", "instance_id", "chat_id"),
        ForeignKeyConstraint(["hotel_id", "instance_id"], ["instance.hotel_id", "instance.id"]),
        ForeignKeyConstraint(["hotel_id", "guest_id"], ["guest.hotel_id", "guest.id"]),
        ForeignKeyConstraint(
            ["assignee_id", "hotel_id"], ["membership.staff_id", "membership.hotel_id"]
        ),
        Index(None, "hotel_id", "status", "waiting_since"),
        Index(None, "hotel_id", "last_message_at"),
        Index(None, "hotel_id", "guest_id"),
        Index(
            "ix_conversation_first_contact",
            "hotel_id",
            "first_contact_at",
            sqlite_where=text("first_contact_at IS NOT NULL"),
            postgresql_where=text("first_contact_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_receipt",
            "receipt_due_at",
            sqlite_where=text("receipt_due_at IS NOT NULL"),
            postgresql_where=text("receipt_due_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_look",
            "look_at",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    hotel_id: Mapped[int] = mapped_column(BigId)
    instance_id: Mapped[int] = mapped_column(BigId)
    guest_id: Mapped[int] = mapped_column(BigId)
    chat_id: Mapped[ChatIdText]
    kind: Mapped[Word] = mapped_column(default="person")
    status: Mapped[Word] = mapped_column(default=ConversationStatus.OPEN)
    snoozed_until: Mapped[MaybeMoment]
    assignee_id: Mapped[int | None] = mapped_column(BigId)
    last_message_id: Mapped[int | None] = mapped_column(BigId)
    last_message_at: Mapped[Moment]
    last_preview: Mapped[str] = mapped_column(String(PREVIEW_LENGTH), default="")
    last_direction: Mapped[Word] = mapped_column(default=Direction.IN)
    waiting_since: Mapped[MaybeMoment]
    sentiment: Mapped[Word] = mapped_column(default="")
    sentiment_since: Mapped[MaybeMoment]
    sentiment_message_id: Mapped[int | None] = mapped_column(BigId)
    dismissed_until_id: Mapped[int | None] = mapped_column(BigId)
    unread_count: Mapped[int] = mapped_column(Integer, default=0)
    last_inbound_at: Mapped[MaybeMoment]
    known_at: Mapped[MaybeMoment]
    first_contact_at: Mapped[MaybeMoment]
    failed_at: Mapped[MaybeMoment]
    receipt_due_at: Mapped[MaybeMoment]
    disappearing_since: Mapped[MaybeMoment]
    look_at: Mapped[MaybeMoment]
    created_at: Mapped[Moment]

    guest: Mapped[Guest] = relationship(
        lazy="raise", primaryjoin="Conversation.guest_id == Guest.id", foreign_keys=[guest_id]
    )
    instance: Mapped[Instance] = relationship(
        lazy="raise",
        primaryjoin="Conversation.instance_id == Instance.id",
        foreign_keys=[instance_id],
    )
    reading: Mapped[Sentiment | None] = relationship(
        lazy="raise",
        primaryjoin="Conversation.sentiment_message_id == Sentiment.message_id",
        foreign_keys=[sentiment_message_id],
        viewonly=True,
    )

    def plan_look(self, now: datetime) -> None:
        """Ask soon whether messages disappear here, unless that is planned; not for groups."""
        if self.kind == "person" and self.look_at is None:
            self.look_at = now


class ConversationView(Base):
    """How far one person has read one conversation: where their "new" line stands."""

    __tablename__ = "conversation_view"
    __table_args__ = (
        ForeignKeyConstraint(
            ["hotel_id", "conversation_id"], ["conversation.hotel_id", "conversation.id"]
        ),
    )

    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hotel_id: Mapped[int] = mapped_column(BigId)
    seen_message_id: Mapped[int] = mapped_column(BigId)
    seen_at: Mapped[Moment]
