"""What was declined, by the id of the write, so that a late repeat ends no other offer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its table."""
    op.create_table(
        "offer_declined",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("cid", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_offer_declined_conversation")
        ),
        sa.PrimaryKeyConstraint("conversation", "agent", "cid", name=op.f("pk_offer_declined")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("offer_declined")
