"""Whom the result of a write is about, and when its key may go."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let keys be found by customer and by age."""
    op.add_column("write_keys", sa.Column("customer", sa.String(length=40)))
    op.create_index("ix_write_keys_customer", "write_keys", ["customer"])
    op.create_index("ix_write_keys_at", "write_keys", ["at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_write_keys_at", "write_keys")
    op.drop_index("ix_write_keys_customer", "write_keys")
    op.drop_column("write_keys", "customer")
