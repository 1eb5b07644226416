"""what programs order: a message's own lifetime, and what exactly was asked for

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "order_digest", sa.String(length=64), nullable=False, server_default=sa.text("''")
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("order_digest")
        batch_op.drop_column("kept_seconds")
