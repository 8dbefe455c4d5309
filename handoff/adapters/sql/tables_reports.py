"""The tables of what reports add up: facts of talks and cases without words, conversations or subscribers.

Invariants: they outlive the conversations they were computed from; whoever computes one again finds it by its key.
"""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

talk_fact = sa.Table(
    "talk_fact",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("handed", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("content", sa.String(8), nullable=False),
    sa.Column("intents", sa.JSON, nullable=False),
    sa.Index(None, "at"),
)

case_fact = sa.Table(
    "case_fact",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("skill", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("intent", sa.String(64), nullable=False),
    sa.Column("waiting", sa.Integer, nullable=False),
    sa.Column("first_answer", sa.Integer),
    sa.Column("handling", sa.Integer, nullable=False),
    sa.Column("resolution", sa.Integer),
    sa.Column("end", sa.String(12), nullable=False),
    sa.Column("passed_on", sa.Integer, nullable=False),
    sa.Column("lost", sa.Integer, nullable=False),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("agents", sa.JSON, nullable=False),
    sa.Column("content", sa.String(8), nullable=False),
    sa.Column("promises", sa.JSON, nullable=False),
    sa.Index(None, "at"),
)

report_mark = sa.Table(
    "report_mark",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Until when facts were computed."""
