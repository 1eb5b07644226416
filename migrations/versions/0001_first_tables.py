"""first tables

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hotel",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotel")),
        sa.UniqueConstraint("slug", name=op.f("uq_hotel_slug")),
    )
    op.create_table(
        "staff",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "api_token",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_api_token_hotel_id_hotel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_hotel_id"), ["hotel_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_audit_entry_hotel_id_hotel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_hotel_id_at"), ["hotel_id", "at"], unique=False
        )

    op.create_table(
        "change",
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hotel_id"], ["hotel.id"], name=op.f("fk_change_hotel_id_hotel")),
        sa.PrimaryKeyConstraint("hotel_id", "seq", name=op.f("pk_change")),
    )
    op.create_table(
        "guest",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "merged_into_id"],
            ["guest.hotel_id", "guest.id"],
            name=op.f("fk_guest_hotel_id_merged_into_id_guest"),
        ),
        sa.ForeignKeyConstraint(["hotel_id"], ["hotel.id"], name=op.f("fk_guest_hotel_id_hotel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("hotel_id", "id", name=op.f("uq_guest_hotel_id_id")),
    )
    op.create_table(
        "instance",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id_instance", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("api_url", sa.String(length=300), nullable=False),
        sa.Column("media_url", sa.String(length=300), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("webhook_token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("webhook_token_previous_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("webhook_token_previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("receive", sa.String(length=32), nullable=False),
        sa.Column("wid", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_interval_ms", sa.Integer(), nullable=False),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backoff_level", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.String(length=32), nullable=False),
        sa.Column("journal_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gap_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconcile_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rebooted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_count", sa.Integer(), nullable=False),
        sa.Column("rejected_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_instance_hotel_id_hotel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("hotel_id", "id", name=op.f("uq_instance_hotel_id_id")),
        sa.UniqueConstraint("id_instance", name=op.f("uq_instance_id_instance")),
    )
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instance_hotel_id"), ["hotel_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_membership_hotel_id_hotel")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_membership_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "hotel_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_hotel_id"), ["hotel_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_session_token_digest")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "last_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_preview", sa.String(length=160), nullable=False),
        sa.Column("last_kind", sa.String(length=32), nullable=False),
        sa.Column("last_direction", sa.String(length=32), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mood", sa.String(length=32), nullable=False),
        sa.Column("mood_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "mood_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "calm_until_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("unread_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id", "hotel_id"],
            ["membership.staff_id", "membership.hotel_id"],
            name=op.f("fk_conversation_assignee_id_hotel_id_membership"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "guest_id"],
            ["guest.hotel_id", "guest.id"],
            name=op.f("fk_conversation_hotel_id_guest_id_guest"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "instance_id"],
            ["instance.hotel_id", "instance.id"],
            name=op.f("fk_conversation_hotel_id_instance_id_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("hotel_id", "id", name=op.f("uq_conversation_hotel_id_id")),
        sa.UniqueConstraint(
            "hotel_id",
            "instance_id",
            "chat_id",
            name=op.f("uq_conversation_hotel_id_instance_id_chat_id"),
        ),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversation_hotel_id_guest_id"), ["hotel_id", "guest_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_conversation_hotel_id_last_message_at"),
            ["hotel_id", "last_message_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_conversation_hotel_id_status_waiting_since"),
            ["hotel_id", "status", "waiting_since"],
            unique=False,
        )

    op.create_table(
        "guest_address",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("match_key", sa.String(length=120), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "guest_id"],
            ["guest.hotel_id", "guest.id"],
            name=op.f("fk_guest_address_hotel_id_guest_id_guest"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_address")),
        sa.UniqueConstraint("hotel_id", "chat_id", name=op.f("uq_guest_address_hotel_id_chat_id")),
    )
    with op.batch_alter_table("guest_address", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guest_address_hotel_id_guest_id"), ["hotel_id", "guest_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_guest_address_hotel_id_match_key"),
            ["hotel_id", "match_key"],
            unique=False,
        )
        batch_op.create_index(
            "ix_guest_address_ask",
            ["ask_at"],
            unique=False,
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )

    op.create_table(
        "guest_merge",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "into_guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id", "from_guest_id"],
            ["guest.hotel_id", "guest.id"],
            name=op.f("fk_guest_merge_hotel_id_from_guest_id_guest"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "into_guest_id"],
            ["guest.hotel_id", "guest.id"],
            name=op.f("fk_guest_merge_hotel_id_into_guest_id_guest"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_guest_merge_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_merge")),
    )
    with op.batch_alter_table("guest_merge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guest_merge_hotel_id_into_guest_id"),
            ["hotel_id", "into_guest_id"],
            unique=False,
        )

    op.create_table(
        "incident",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id", "instance_id"],
            ["instance.hotel_id", "instance.id"],
            name=op.f("fk_incident_hotel_id_instance_id_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incident_hotel_id_opened_at"), ["hotel_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "uq_incident_open",
            ["instance_id", "kind"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "ledger_hour",
        sa.Column(
            "instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "instance_id"],
            ["instance.hotel_id", "instance.id"],
            name=op.f("fk_ledger_hour_hotel_id_instance_id_instance"),
        ),
        sa.PrimaryKeyConstraint("instance_id", "hour", name=op.f("pk_ledger_hour")),
    )
    with op.batch_alter_table("ledger_hour", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_hour_hotel_id_hour"), ["hotel_id", "hour"], unique=False
        )

    op.create_table(
        "webhook_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("dedupe_key", sa.String(length=255), nullable=False),
        sa.Column("type_webhook", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.String(length=120), nullable=False),
        sa.Column("id_message", sa.String(length=120), nullable=False),
        sa.Column("waits_for", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id", "instance_id"],
            ["instance.hotel_id", "instance.id"],
            name=op.f("fk_webhook_event_hotel_id_instance_id_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
        sa.UniqueConstraint("hotel_id", "id", name=op.f("uq_webhook_event_hotel_id_id")),
        sa.UniqueConstraint(
            "instance_id", "dedupe_key", name=op.f("uq_webhook_event_instance_id_dedupe_key")
        ),
    )
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_event_hotel_id_received_at"),
            ["hotel_id", "received_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_webhook_event_hotel_id_state_id"),
            ["hotel_id", "state", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_webhook_event_instance_id_state_chat_id"),
            ["instance_id", "state", "chat_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_webhook_event_instance_id_waits_for"),
            ["instance_id", "waits_for"],
            unique=False,
        )

    op.create_table(
        "conversation_view",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "seen_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "conversation_id"],
            ["conversation.hotel_id", "conversation.id"],
            name=op.f("fk_conversation_view_hotel_id_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_conversation_view_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", name=op.f("pk_conversation_view")),
    )
    op.create_table(
        "message",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("id_message", sa.String(length=120), nullable=True),
        sa.Column("client_ref", sa.String(length=100), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_chat_id", sa.String(length=120), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("quoted_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quoted_id_message", sa.String(length=120), nullable=False),
        sa.Column("quoted_preview", sa.String(length=200), nullable=False),
        sa.Column("provider_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sorted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_late", sa.Boolean(), nullable=False),
        sa.Column("recovered", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("analyse_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=36), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_code", sa.String(length=32), nullable=False),
        sa.Column("failure_text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff.id"], name=op.f("fk_message_author_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "conversation_id"],
            ["conversation.hotel_id", "conversation.id"],
            name=op.f("fk_message_hotel_id_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "event_id"],
            ["webhook_event.hotel_id", "webhook_event.id"],
            name=op.f("fk_message_hotel_id_event_id_webhook_event"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "instance_id"],
            ["instance.hotel_id", "instance.id"],
            name=op.f("fk_message_hotel_id_instance_id_instance"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "quoted_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_message_hotel_id_quoted_id_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("hotel_id", "id", name=op.f("uq_message_hotel_id_id")),
        sa.UniqueConstraint(
            "hotel_id", "origin", "client_ref", name=op.f("uq_message_hotel_id_origin_client_ref")
        ),
        sa.UniqueConstraint(
            "instance_id", "id_message", name=op.f("uq_message_instance_id_id_message")
        ),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_analyse",
            ["analyse_at"],
            unique=False,
            sqlite_where=sa.text("analyse_at IS NOT NULL"),
            postgresql_where=sa.text("analyse_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_message_check",
            ["check_at"],
            unique=False,
            sqlite_where=sa.text("check_at IS NOT NULL"),
            postgresql_where=sa.text("check_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_message_conversation_id_sorted_at_id"),
            ["conversation_id", "sorted_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_message_outbox",
            ["instance_id", "conversation_id", "id"],
            unique=False,
            sqlite_where=sa.text("status IN ('queued', 'sending', 'unconfirmed')"),
            postgresql_where=sa.text("status IN ('queued', 'sending', 'unconfirmed')"),
        )

    op.create_table(
        "attachment",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source_url", sa.String(length=2000), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("mime_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("thumb_key", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_text", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "message_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_attachment_hotel_id_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_attachment_message_id"), ["message_id"], unique=False)

    op.create_table(
        "mood",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("analyser", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "message_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_mood_hotel_id_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mood")),
    )
    with op.batch_alter_table("mood", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mood_hotel_id_at"), ["hotel_id", "at"], unique=False)

    op.create_table(
        "reaction",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sender_chat_id", sa.String(length=120), nullable=False),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("emoji", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "message_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_reaction_hotel_id_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("message_id", "sender_chat_id", name=op.f("pk_reaction")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_message_id"), ["message_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("hotel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id_message", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id", "message_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_revision_hotel_id_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "message_id", "id_message", name=op.f("uq_revision_message_id_id_message")
        ),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_message_id"))

    op.drop_table("revision")
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaction_message_id"))

    op.drop_table("reaction")
    op.drop_table("mood")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_message_id"))
        batch_op.drop_index(
            "ix_attachment_due",
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )

    op.drop_table("attachment")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_outbox",
            sqlite_where=sa.text("status IN ('queued', 'sending', 'unconfirmed')"),
            postgresql_where=sa.text("status IN ('queued', 'sending', 'unconfirmed')"),
        )
        batch_op.drop_index(batch_op.f("ix_message_conversation_id_sorted_at_id"))
        batch_op.drop_index(
            "ix_message_check",
            sqlite_where=sa.text("check_at IS NOT NULL"),
            postgresql_where=sa.text("check_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_message_analyse",
            sqlite_where=sa.text("analyse_at IS NOT NULL"),
            postgresql_where=sa.text("analyse_at IS NOT NULL"),
        )

    op.drop_table("message")
    op.drop_table("conversation_view")
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_event_instance_id_waits_for"))
        batch_op.drop_index(batch_op.f("ix_webhook_event_instance_id_state_chat_id"))
        batch_op.drop_index(batch_op.f("ix_webhook_event_hotel_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_webhook_event_hotel_id_received_at"))

    op.drop_table("webhook_event")
    with op.batch_alter_table("ledger_hour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_hour_hotel_id_hour"))

    op.drop_table("ledger_hour")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_incident_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_incident_hotel_id_opened_at"))

    op.drop_table("incident")
    with op.batch_alter_table("guest_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_merge_hotel_id_into_guest_id"))

    op.drop_table("guest_merge")
    with op.batch_alter_table("guest_address", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_guest_address_ask",
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_guest_address_hotel_id_match_key"))
        batch_op.drop_index(batch_op.f("ix_guest_address_hotel_id_guest_id"))

    op.drop_table("guest_address")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_hotel_id_status_waiting_since"))
        batch_op.drop_index(batch_op.f("ix_conversation_hotel_id_last_message_at"))
        batch_op.drop_index(batch_op.f("ix_conversation_hotel_id_guest_id"))

    op.drop_table("conversation")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_hotel_id"))

    op.drop_table("membership")
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instance_hotel_id"))

    op.drop_table("instance")
    op.drop_table("guest")
    op.drop_table("change")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_hotel_id_at"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_hotel_id"))

    op.drop_table("api_token")
    op.drop_table("staff")
    op.drop_table("hotel")
