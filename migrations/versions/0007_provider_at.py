"""a column that nobody reads goes: a message stands at `sorted_at`

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("message", "provider_at")


def downgrade() -> None:
    op.add_column("message", sa.Column("provider_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE message SET provider_at = sorted_at WHERE id_message IS NOT NULL")
