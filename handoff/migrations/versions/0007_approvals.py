"""What somebody else must agree to, and how things stood when a case was handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its tables."""
    _actions()
    op.create_table(
        "case_snapshot",
        sa.Column("case_number", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("subscriber", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overview", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["support_case.number"], name=op.f("fk_case_snapshot_case_number")
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_case_snapshot_conversation")
        ),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_case_snapshot")),
    )
    op.create_index(op.f("ix_case_snapshot_conversation"), "case_snapshot", ["conversation"])


def _actions() -> None:
    op.create_table(
        "desk_action",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("subscriber", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("agent_name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("foreseen", sa.JSON(), nullable=False),
        sa.Column("prepared", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_desk_action_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_action")),
        sa.UniqueConstraint("agent", "key", name=op.f("uq_desk_action_agent_key")),
    )
    for columns in (["conversation"], ["subscriber", "asked_at"], ["state", "asked_at"]):
        name = op.f(f"ix_desk_action_{'_'.join(columns)}")
        op.create_index(name, "desk_action", columns)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("case_snapshot")
    op.drop_table("desk_action")
