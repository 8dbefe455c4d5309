"""Who may do what at the desk, and whom a chat is offered to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its tables."""
    _agents()
    _teams()
    _cases()
    _offers()
    _desk()


def _agents() -> None:
    role = sa.Column("role", sa.String(length=12), nullable=False, server_default="agent")
    op.add_column("agent", role)
    for name in ("skills", "languages"):
        op.add_column("agent", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("agent", sa.Column("capacity", sa.Integer(), nullable=False, server_default="4"))
    for name in ("unresponsive_since", "offered_at"):
        op.add_column("agent_presence", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def _teams() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("closed_on", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_table(
        "team_member",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_team_member_team")),
        sa.ForeignKeyConstraint(["agent"], ["agent.login"], name=op.f("fk_team_member_agent")),
        sa.PrimaryKeyConstraint("team", "agent", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_agent"), "team_member", ["agent"])


def _cases() -> None:
    op.create_table(
        "case_routing",
        sa.Column("case_number", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("window_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_kind", sa.String(length=10), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("why_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["support_case.number"], name=op.f("fk_case_routing_case_number")
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_case_routing_conversation")
        ),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_case_routing")),
    )
    op.create_index(op.f("ix_case_routing_conversation"), "case_routing", ["conversation"])


def _offers() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=20), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_offer_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(
        "uq_offer_live",
        "offer",
        ["conversation"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_offer_agent_made_at"), "offer", ["agent", "made_at"])
    op.create_table(
        "chat_drop",
        sa.Column("case_number", sa.String(length=20), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_chat_drop_conversation")
        ),
        sa.PrimaryKeyConstraint("case_number", "agent", name=op.f("pk_chat_drop")),
    )
    op.create_index(op.f("ix_chat_drop_conversation"), "chat_drop", ["conversation"])


def _desk() -> None:
    op.create_table(
        "desk_rule",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_rule")),
    )
    op.create_table(
        "desk_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_audit")),
    )
    op.create_index(op.f("ix_desk_audit_at"), "desk_audit", ["at"])
    op.create_index(op.f("ix_desk_audit_conversation"), "desk_audit", ["conversation"])


def downgrade() -> None:
    """Drop them."""
    for table in (
        "desk_audit",
        "desk_rule",
        "chat_drop",
        "offer",
        "case_routing",
        "team_member",
        "team",
    ):
        op.drop_table(table)
    for name in ("unresponsive_since", "offered_at"):
        op.drop_column("agent_presence", name)
    for name in ("role", "skills", "languages", "capacity"):
        op.drop_column("agent", name)
