"""The tables of what agents work with: saved replies, labels, mentions, attachments, labelled turns, words to search.

Invariants: whatever names a conversation goes with it (`retention`); an attachment's bytes are those that were checked;
`search_entry` is made from the log and can be made again at any time.
"""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

saved_reply = sa.Table(
    "saved_reply",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name_de", sa.String(80), nullable=False),
    sa.Column("name_en", sa.String(80), nullable=False),
    sa.Column("text_de", sa.Text, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("cues", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("archived_at", UtcDateTime),
)
"""`archived_at`: since when it is not offered any more. `cues`: what customers say when it fits, in any language, one saying a line; suggestions are found by them."""

chat_label = sa.Table(
    "chat_label",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name_de", sa.String(40), nullable=False),
    sa.Column("name_en", sa.String(40), nullable=False),
    sa.Column("colour", sa.String(12), nullable=False),
    sa.Column("archived_at", UtcDateTime),
)

conversation_label = sa.Table(
    "conversation_label",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("label", sa.ForeignKey("chat_label.id"), primary_key=True),
    sa.Column("put_by", sa.String(64), nullable=False),
    sa.Column("put_at", UtcDateTime, nullable=False),
    sa.Index(None, "label"),
)

mention = sa.Table(
    "mention",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("agent", sa.String(64), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("read_at", UtcDateTime),
    sa.Index(None, "agent", "at"),
)
"""The note at `seq` names the agent (a login); `read_at`: when they opened the conversation after it."""

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("media_type", sa.String(40), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Index(None, "conversation"),
)
"""A file an agent added; `seq` is the message it was sent with, null before that."""

turn_label = sa.Table(
    "turn_label",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("intent", sa.String(60)),
    sa.Column("confidence", sa.Float),
    sa.Column("right_intent", sa.String(60), nullable=False),
    sa.Column("put_by", sa.String(64), nullable=False),
    sa.Column("put_at", UtcDateTime, nullable=False),
    sa.Index(None, "put_at"),
)
"""What an agent says the subscriber's message at `seq` meant, beside what the bot had understood."""

search_entry = sa.Table(
    "search_entry",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("upto", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index(
        "ix_search_entry_words",
        sa.text("array_to_tsvector(string_to_array(words, ' '))"),
        postgresql_using="gin",
    ).ddl_if(dialect="postgresql"),
)
"""The different words of a conversation up to the event `upto`: lower case, letters and digits, parted by one space."""
