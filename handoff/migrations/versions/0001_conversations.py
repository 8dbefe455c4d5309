"""The first schema: conversations, their log, the bot's work, sessions, agents, cases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "agent",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_agent")),
    )
    op.create_table(
        "agent_presence",
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_presence")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subscriber_id", sa.String(length=64), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("controller", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("agent_name", sa.String(length=200), nullable=False),
        sa.Column("lease_token", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_number", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=True),
        sa.Column("handback", sa.JSON(), nullable=True),
        sa.Column("read_subscriber", sa.Integer(), nullable=False),
        sa.Column("read_agent", sa.Integer(), nullable=False),
        sa.Column("snippet", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_agent"), "conversation", ["agent"], unique=False)
    op.create_index(
        op.f("ix_conversation_controller_updated_at"),
        "conversation",
        ["controller", "updated_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_conversation_subscriber_id_updated_at"),
        "conversation",
        ["subscriber_id", "updated_at"],
        unique=False,
    )
    op.create_table(
        "spent_token",
        sa.Column("jti", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_spent_token")),
    )
    op.create_index(op.f("ix_spent_token_expires_at"), "spent_token", ["expires_at"], unique=False)
    op.create_table(
        "agent_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["agent.login"], name=op.f("fk_agent_session_login")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_login"), "agent_session", ["login"], unique=False)
    op.create_table(
        "bot_turn",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_bot_turn_conversation")
        ),
        sa.PrimaryKeyConstraint("conversation", "seq", name=op.f("pk_bot_turn")),
    )
    op.create_index(
        "ix_bot_turn_open",
        "bot_turn",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "event",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("cid", sa.String(length=200), nullable=True),
        sa.Column("agents_only", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("private", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_event_conversation")
        ),
        sa.PrimaryKeyConstraint("conversation", "seq", name=op.f("pk_event")),
        sa.UniqueConstraint("conversation", "cid", name=op.f("uq_event_conversation_cid")),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("subscriber_id", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_session_conversation")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_table(
        "support_case",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=False),
        sa.Column("packet", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name=op.f("fk_support_case_conversation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_support_case")),
    )
    op.create_index(
        "uq_support_case_open",
        "support_case",
        ["conversation"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    """Drop everything."""
    op.drop_index(
        "uq_support_case_open",
        table_name="support_case",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("support_case")
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_table("session")
    op.drop_table("event")
    op.drop_index(
        "ix_bot_turn_open",
        table_name="bot_turn",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("bot_turn")
    op.drop_index(op.f("ix_agent_session_login"), table_name="agent_session")
    op.drop_table("agent_session")
    op.drop_index(op.f("ix_spent_token_expires_at"), table_name="spent_token")
    op.drop_table("spent_token")
    op.drop_index(op.f("ix_conversation_subscriber_id_updated_at"), table_name="conversation")
    op.drop_index(op.f("ix_conversation_controller_updated_at"), table_name="conversation")
    op.drop_index(op.f("ix_conversation_agent"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_table("agent_presence")
    op.drop_table("agent")
