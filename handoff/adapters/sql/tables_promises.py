"""The tables of what was promised to subscribers, how long people are busy, how content somebody was, and transcripts to send.

Invariants: a promise is told once and never changed but in how it ends; every step of it stands in `promise_fact`, which is
only added to; nobody is asked twice how content they are with the same part of a chat.
"""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

promise = sa.Table(
    "promise",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("case_number", sa.String(20)),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("skill", sa.String(10)),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("reference", sa.String(40)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Index(None, "conversation"),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "made_at"),
)
"""`kind`: first_answer, waiting, callback or written. `reference`: the call or case in the business; without one, a person's
words in the chat keep it. `state`: open, kept, broken, kept_late or withdrawn, as `promise_fact` tells it."""

promise_fact = sa.Table(
    "promise_fact",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("promise", sa.ForeignKey("promise.id"), nullable=False),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("what", sa.String(12), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index(None, "promise"),
    sa.Index(None, "conversation"),
)
"""`what`: made, fixed (a time was chosen), kept, broken, kept_late or withdrawn; `facts` hold times, numbers and codes."""

handling = sa.Table(
    "handling",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("agent", sa.String(64), nullable=False),
    sa.Column("skill", sa.String(10)),
    sa.Column("taken_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Index(None, "ended_at"),
)
"""How long a person had a chat, by the epoch in which they had it; `ended_at` is empty while they have it."""

settled_question = sa.Table(
    "settled_question",
    metadata,
    sa.Column("case_number", sa.String(20), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("troubles", sa.JSON, nullable=False),
    sa.Column("looked_at", UtcDateTime, nullable=False),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("answer", sa.String(10), nullable=False),
    sa.Index(None, "conversation"),
)
"""What stood in the way when a subscriber began to wait (`troubles`, codes), and whether they were asked if it is settled."""

satisfaction = sa.Table(
    "satisfaction",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("about", sa.String(8), nullable=False),
    sa.Column("episode", sa.String(24), nullable=False),
    sa.Column("skill", sa.String(10)),
    sa.Column("agent", sa.String(64)),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("answer", sa.String(8), nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("comment", sa.String(1000)),
    sa.UniqueConstraint("conversation", "about", "episode"),
    sa.Index(None, "asked_at"),
)
"""`about`: bot or person; `episode`: the case, or the epoch of the bot; `answer`: good, ok, bad, refused, or empty."""

transcript_mail = sa.Table(
    "transcript_mail",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("subscriber_id", sa.String(64), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Index(None, "conversation"),
    sa.Index(
        "ix_transcript_mail_open",
        "asked_at",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
"""Transcripts that were asked for by mail; a job sends them. `level`: how surely it was known who asked."""
