"""what sending needs: files, corrections, schedules, holds, receipts, proofs

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

THEN_UNFINISHED = "status IN ('queued', 'sending', 'unconfirmed')"
NOW_UNFINISHED = "status IN ('uploading', 'queued', 'sending', 'unconfirmed')"


def upgrade() -> None:
    op.create_table(
        "correction",
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
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_text", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff.id"], name=op.f("fk_correction_author_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id", "message_id"],
            ["message.hotel_id", "message.id"],
            name=op.f("fk_correction_hotel_id_message_id_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_correction_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_correction_message_id"), ["message_id"], unique=False)

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("upload_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "upload_url", sa.String(length=2000), nullable=False, server_default=sa.text("''")
            )
        )
        batch_op.create_index(
            "ix_attachment_upload",
            ["upload_at"],
            unique=False,
            sqlite_where=sa.text("upload_at IS NOT NULL"),
            postgresql_where=sa.text("upload_at IS NOT NULL"),
        )

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("receipt_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_conversation_first_contact",
            ["hotel_id", "first_contact_at"],
            unique=False,
            sqlite_where=sa.text("first_contact_at IS NOT NULL"),
            postgresql_where=sa.text("first_contact_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_conversation_receipt",
            ["receipt_due_at"],
            unique=False,
            sqlite_where=sa.text("receipt_due_at IS NOT NULL"),
            postgresql_where=sa.text("receipt_due_at IS NOT NULL"),
        )

    with op.batch_alter_table("hotel", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "read_receipts",
                sa.String(length=32),
                nullable=False,
                server_default=sa.text("'answer'"),
            )
        )
        batch_op.add_column(
            sa.Column("strangers_a_day", sa.Integer(), nullable=False, server_default=sa.text("20"))
        )

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state_asked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "hold_reason", sa.String(length=32), nullable=False, server_default=sa.text("''")
            )
        )
        batch_op.add_column(sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("ix_message_outbox")
        batch_op.create_index(
            "ix_message_outbox",
            ["instance_id", "conversation_id", "id"],
            sqlite_where=sa.text(NOW_UNFINISHED),
            postgresql_where=sa.text(NOW_UNFINISHED),
        )
        batch_op.create_index(
            "ix_message_scheduled",
            ["scheduled_for"],
            unique=False,
            sqlite_where=sa.text("status = 'scheduled'"),
            postgresql_where=sa.text("status = 'scheduled'"),
        )
        batch_op.create_index(
            "ix_message_unproven",
            ["conversation_id", "accepted_at"],
            unique=False,
            sqlite_where=sa.text("status IN ('accepted', 'sent')"),
            postgresql_where=sa.text("status IN ('accepted', 'sent')"),
        )

    # Who has written is no stranger, and who was written to was a first contact then.
    op.execute(
        "UPDATE conversation SET last_inbound_at = (SELECT max(sorted_at) FROM message"
        " WHERE message.conversation_id = conversation.id AND message.direction = 'in')"
    )
    op.execute("UPDATE conversation SET known_at = created_at WHERE last_inbound_at IS NOT NULL")
    op.execute(
        "UPDATE conversation SET first_contact_at = created_at, known_at = created_at"
        " WHERE last_inbound_at IS NULL AND last_message_id IS NOT NULL"
    )


def downgrade() -> None:
    # The version before knows neither state; what waited in them is not sent.
    op.execute(
        "UPDATE message SET status = 'cancelled', rank = 5"
        " WHERE status IN ('scheduled', 'uploading')"
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_unproven",
            sqlite_where=sa.text("status IN ('accepted', 'sent')"),
            postgresql_where=sa.text("status IN ('accepted', 'sent')"),
        )
        batch_op.drop_index(
            "ix_message_scheduled",
            sqlite_where=sa.text("status = 'scheduled'"),
            postgresql_where=sa.text("status = 'scheduled'"),
        )
        batch_op.drop_index("ix_message_outbox")
        batch_op.create_index(
            "ix_message_outbox",
            ["instance_id", "conversation_id", "id"],
            sqlite_where=sa.text(THEN_UNFINISHED),
            postgresql_where=sa.text(THEN_UNFINISHED),
        )
        batch_op.drop_column("overdue_at")
        batch_op.drop_column("hold_reason")
        batch_op.drop_column("scheduled_for")

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_column("state_asked_at")

    with op.batch_alter_table("hotel", schema=None) as batch_op:
        batch_op.drop_column("strangers_a_day")
        batch_op.drop_column("read_receipts")

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_conversation_receipt",
            sqlite_where=sa.text("receipt_due_at IS NOT NULL"),
            postgresql_where=sa.text("receipt_due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_conversation_first_contact",
            sqlite_where=sa.text("first_contact_at IS NOT NULL"),
            postgresql_where=sa.text("first_contact_at IS NOT NULL"),
        )
        batch_op.drop_column("receipt_due_at")
        batch_op.drop_column("failed_at")
        batch_op.drop_column("first_contact_at")
        batch_op.drop_column("known_at")
        batch_op.drop_column("last_inbound_at")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attachment_upload",
            sqlite_where=sa.text("upload_at IS NOT NULL"),
            postgresql_where=sa.text("upload_at IS NOT NULL"),
        )
        batch_op.drop_column("upload_url")
        batch_op.drop_column("upload_at")

    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_message_id"))
        batch_op.drop_index(
            "ix_correction_due",
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )

    op.drop_table("correction")
