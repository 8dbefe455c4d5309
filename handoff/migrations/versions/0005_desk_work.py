"""Saved replies, labels, attachments and what else agents work with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WORDS = "array_to_tsvector(string_to_array(words, ' '))"


def upgrade() -> None:
    """Create its tables."""
    _replies_and_labels()
    _mentions_and_attachments()
    _turn_labels()
    _search()


def _replies_and_labels() -> None:
    op.create_table(
        "saved_reply",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_de", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("text_de", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("cues", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reply")),
    )
    op.create_table(
        "chat_label",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_de", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_label")),
    )
    op.create_table(
        "conversation_label",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("put_by", sa.String(length=64), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        _of_conversation("conversation_label"),
        sa.ForeignKeyConstraint(
            ["label"], ["chat_label.id"], name=op.f("fk_conversation_label_label")
        ),
        sa.PrimaryKeyConstraint("conversation", "label", name=op.f("pk_conversation_label")),
    )
    op.create_index(op.f("ix_conversation_label_label"), "conversation_label", ["label"])


def _mentions_and_attachments() -> None:
    op.create_table(
        "mention",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        _of_conversation("mention"),
        sa.PrimaryKeyConstraint("conversation", "seq", "agent", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_agent_at"), "mention", ["agent", "at"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _of_conversation("attachment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_conversation"), "attachment", ["conversation"])


def _turn_labels() -> None:
    op.create_table(
        "turn_label",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("right_intent", sa.String(length=60), nullable=False),
        sa.Column("put_by", sa.String(length=64), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        _of_conversation("turn_label"),
        sa.PrimaryKeyConstraint("conversation", "seq", name=op.f("pk_turn_label")),
    )
    op.create_index(op.f("ix_turn_label_put_at"), "turn_label", ["put_at"])


def _search() -> None:
    op.create_table(
        "search_entry",
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _of_conversation("search_entry"),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_search_entry")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_search_entry_words ON search_entry USING gin (({_WORDS}))")


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation")
    return sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name=name)


def downgrade() -> None:
    """Drop them, and their indexes with them."""
    for table in (
        "search_entry",
        "turn_label",
        "attachment",
        "mention",
        "conversation_label",
        "chat_label",
        "saved_reply",
    ):
        op.drop_table(table)
