"""What waiting subscribers were promised, and how they were content."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its tables."""
    _promises()
    _handling()
    _settled()
    _satisfaction()
    _transcripts()


def _moment(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation")
    return sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name=name)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _promises() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=True),
        _moment("made_at", needed=True),
        _moment("due_at", needed=True),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        _moment("ended_at"),
        _of_conversation("promise"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    _index("promise", "conversation")
    _index("promise", "state", "due_at")
    _index("promise", "made_at")
    op.create_table(
        "promise_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promise", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        _moment("at", needed=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["promise"], ["promise.id"], name=op.f("fk_promise_fact_promise")),
        _of_conversation("promise_fact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_fact")),
    )
    _index("promise_fact", "promise")
    _index("promise_fact", "conversation")


def _handling() -> None:
    op.create_table(
        "handling",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=True),
        _moment("taken_at", needed=True),
        _moment("ended_at"),
        _of_conversation("handling"),
        sa.PrimaryKeyConstraint("conversation", "epoch", name=op.f("pk_handling")),
    )
    _index("handling", "ended_at")


def _settled() -> None:
    op.create_table(
        "settled_question",
        sa.Column("case_number", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("troubles", sa.JSON(), nullable=False),
        _moment("looked_at", needed=True),
        _moment("asked_at"),
        sa.Column("answer", sa.String(length=10), nullable=False),
        _of_conversation("settled_question"),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_settled_question")),
    )
    _index("settled_question", "conversation")


def _satisfaction() -> None:
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("episode", sa.String(length=24), nullable=False),
        sa.Column("skill", sa.String(length=10), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        _moment("asked_at", needed=True),
        sa.Column("answer", sa.String(length=8), nullable=False),
        _moment("answered_at"),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        _of_conversation("satisfaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
        sa.UniqueConstraint(
            "conversation",
            "about",
            "episode",
            name=op.f("uq_satisfaction_conversation_about_episode"),
        ),
    )
    _index("satisfaction", "asked_at")


def _transcripts() -> None:
    op.create_table(
        "transcript_mail",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("subscriber_id", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        _moment("asked_at", needed=True),
        _moment("tried_at"),
        _moment("ended_at"),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        _of_conversation("transcript_mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_mail")),
    )
    _index("transcript_mail", "conversation")
    op.create_index(
        "ix_transcript_mail_open",
        "transcript_mail",
        ["asked_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "transcript_mail",
        "satisfaction",
        "settled_question",
        "handling",
        "promise_fact",
        "promise",
    ):
        op.drop_table(table)
