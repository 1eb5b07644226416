"""chats whose messages disappear

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_conversation_look"
DUE = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("conversation", sa.Column("disappearing_since", sa.DateTime(timezone=True)))
    op.add_column("conversation", sa.Column("look_at", sa.DateTime(timezone=True)))
    op.create_index(INDEX, "conversation", ["look_at"], sqlite_where=DUE, postgresql_where=DUE)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="conversation")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("look_at")
        batch_op.drop_column("disappearing_since")
