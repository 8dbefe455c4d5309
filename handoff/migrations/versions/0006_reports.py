"""What the supervisor reads and sets."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its tables."""
    _talks()
    _cases()
    op.create_table(
        "report_mark",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_mark")),
    )


def _talks() -> None:
    op.create_table(
        "talk_fact",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(length=8), nullable=False),
        sa.Column("intents", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_talk_fact")),
    )
    op.create_index(op.f("ix_talk_fact_at"), "talk_fact", ["at"])


def _cases() -> None:
    op.create_table(
        "case_fact",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("first_answer", sa.Integer(), nullable=True),
        sa.Column("handling", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=True),
        sa.Column("end", sa.String(length=12), nullable=False),
        sa.Column("passed_on", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("agents", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(length=8), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_case_fact")),
    )
    op.create_index(op.f("ix_case_fact_at"), "case_fact", ["at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("report_mark", "case_fact", "talk_fact"):
        op.drop_table(table)
