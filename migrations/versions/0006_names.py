"""names of the glossary; a column that nobody reads goes

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# table, old name, new name
COLUMNS = (
    ("hotel", "strangers_a_day", "first_contacts_a_day"),
    ("conversation", "mood", "sentiment"),
    ("conversation", "mood_since", "sentiment_since"),
    ("conversation", "mood_message_id", "sentiment_message_id"),
    ("conversation", "calm_until_id", "dismissed_until_id"),
    ("message", "vouched_id", "confirmed_by_id"),
    ("message", "order_digest", "request_digest"),
)
# PostgreSQL gives constraints names that are seen in errors; SQLite keeps the old ones unseen.
CONSTRAINTS = (
    ("message", "message_vouched_id_fkey", "fk_message_confirmed_by_id_staff"),
    ("sentiment", "pk_mood", "pk_sentiment"),
    (
        "sentiment",
        "fk_mood_hotel_id_message_id_message",
        "fk_sentiment_hotel_id_message_id_message",
    ),
)
# table, column, old word, new word
WORDS = (
    ("message", "hold_reason", "strangers", "first_contact_limit"),
    ("message", "failure_code", "vouched", "confirmed"),
    ("incident", "kind", "deaf", "silent"),
)


def upgrade() -> None:
    op.rename_table("mood", "sentiment")
    _rename_index("ix_mood_hotel_id_at", "ix_sentiment_hotel_id_at")
    for table, old, new in COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    if op.get_bind().dialect.name == "postgresql":
        for table, old, new in CONSTRAINTS:
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")
    for table, column, old, new in WORDS:
        _reword(table, column, old, new)
    op.drop_column("conversation", "last_kind")


def downgrade() -> None:
    kind = sa.Column("last_kind", sa.String(32), nullable=False, server_default=sa.text("'text'"))
    op.add_column("conversation", kind)
    for table, column, old, new in WORDS:
        _reword(table, column, new, old)
    if op.get_bind().dialect.name == "postgresql":
        for table, old, new in CONSTRAINTS:
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {new} TO {old}")
    for table, old, new in COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    _rename_index("ix_sentiment_hotel_id_at", "ix_mood_hotel_id_at")
    op.rename_table("sentiment", "mood")


def _rename_index(old: str, new: str) -> None:
    """Rename the index of `sentiment`, which SQLite can only make anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
        return
    op.drop_index(old, table_name="sentiment")
    op.create_index(new, "sentiment", ["hotel_id", "at"])


def _reword(table: str, name: str, old: str, new: str) -> None:
    """Write another word where rows hold this one."""
    column: sa.ColumnClause[str] = sa.column(name)
    op.execute(sa.table(table, column).update().where(column == old).values({name: new}))
