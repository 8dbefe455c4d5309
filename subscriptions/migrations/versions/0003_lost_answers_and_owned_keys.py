"""Writes that wait for an answer of the payment provider."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what says how far a write has come."""
    op.add_column("write_keys", sa.Column("begun", sa.String(length=80)))
    op.add_column("quotes", sa.Column("attempt", sa.String(length=80)))
    op.create_index(op.f("ix_quotes_attempt"), "quotes", ["attempt"])
    op.create_index("ix_refunds_state", "refunds", ["state"])
    op.add_column("write_keys", sa.Column("customer", sa.String(length=40)))
    op.create_index("ix_write_keys_customer", "write_keys", ["customer"])
    op.create_index("ix_write_keys_at", "write_keys", ["at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_write_keys_at", "write_keys")
    op.drop_index("ix_write_keys_customer", "write_keys")
    op.drop_column("write_keys", "customer")
    op.drop_index("ix_refunds_state", "refunds")
    op.drop_index(op.f("ix_quotes_attempt"), "quotes")
    op.drop_column("quotes", "attempt")
    op.drop_column("write_keys", "begun")
