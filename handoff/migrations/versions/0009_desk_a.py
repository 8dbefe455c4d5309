"""Saved replies and labels that are put aside and not removed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = ("saved_reply", "chat_label")


def upgrade() -> None:
    """Add when it was archived."""
    for table in _TABLES:
        op.add_column(table, sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it away; what was archived is offered again."""
    for table in _TABLES:
        op.drop_column(table, "archived_at")
