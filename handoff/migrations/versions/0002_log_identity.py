"""A name for the log as a whole, so that clients notice when an older one has taken its place."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row, with a name that nobody else has."""
    table = op.create_table(
        "log_identity",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_log_identity")),
    )
    op.bulk_insert(table, [{"name": secrets.token_hex(8)}])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("log_identity")
