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
    days = sa.Column("print_weekdays", sa.String(7), server_default="012345", nullable=False)
    op.add_column("plans", days)
    _looks()


def _looks() -> None:
    """When the provider is asked next; what is under way or may still go back is asked about soon."""
    for table in ("attempts", "refunds"):
        op.add_column(table, sa.Column("ask_on", sa.Date()))
    op.create_index("ix_attempts_kind_state_ask_on", "attempts", ["kind", "state", "ask_on"])
    op.create_table(
        "provider_lists",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_lists"),
    )
    op.execute("UPDATE attempts SET ask_on = date(at)")
    op.execute("UPDATE refunds SET ask_on = date(asked_at)")


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("plans", "print_weekdays")
    op.drop_table("provider_lists")
    op.drop_index("ix_attempts_kind_state_ask_on", "attempts")
    for table in ("refunds", "attempts"):
        op.drop_column(table, "ask_on")
    op.drop_index("ix_write_keys_at", "write_keys")
    op.drop_index("ix_write_keys_customer", "write_keys")
    op.drop_column("write_keys", "customer")
    op.drop_index("ix_refunds_state", "refunds")
    op.drop_index(op.f("ix_quotes_attempt"), "quotes")
    op.drop_column("quotes", "attempt")
    op.drop_column("write_keys", "begun")
