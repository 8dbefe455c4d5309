"""The tables, for SQLite and PostgreSQL alike; `handoff/migrations` creates them.

Invariants: `(conversation, seq)` and `(conversation, cid)` are unique, so that a log has no gap filled
twice and no message stored twice; at most one open case per conversation; session secrets only as digests.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC on both databases; SQLite keeps it without a zone, in a form that sorts."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("subscriber_id", sa.String(64)),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("proven_at", UtcDateTime),
    sa.Column("name", sa.String(200)),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("controller", sa.String(10), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("agent", sa.String(64)),
    sa.Column("agent_name", sa.String(200), nullable=False),
    sa.Column("lease_token", sa.String(40)),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("waiting_since", UtcDateTime),
    sa.Column("case_number", sa.String(20)),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("skill", sa.String(10)),
    sa.Column("handback", sa.JSON(none_as_null=True)),
    sa.Column("read_subscriber", sa.Integer, nullable=False),
    sa.Column("read_agent", sa.Integer, nullable=False),
    sa.Column("snippet", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index(None, "subscriber_id", "updated_at"),
    sa.Index(None, "controller", "updated_at"),
    sa.Index(None, "agent"),
)

log_identity = sa.Table(
    "log_identity", metadata, sa.Column("name", sa.String(32), primary_key=True)
)
"""One row: which log this is. Another name means that clients must not trust what they remember of it."""

event = sa.Table(
    "event",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("author", sa.String(10), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("cid", sa.String(200)),
    sa.Column("agents_only", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("private", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("conversation", "cid"),
)

bot_turn = sa.Table(
    "bot_turn",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("first", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Index(
        "ix_bot_turn_open",
        "created_at",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("subscriber_id", sa.String(64)),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "expires_at"),
)

agent = sa.Table(
    "agent",
    metadata,
    sa.Column("login", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("demo", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("role", sa.String(12), nullable=False, server_default="agent"),
    sa.Column("skills", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("languages", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="4"),
)
"""`skills` and `languages` for routing; none means all. `capacity`: chats at once that are really going on."""

agent_session = sa.Table(
    "agent_session",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("login", sa.ForeignKey("agent.login"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index(None, "login"),
)

spent_token = sa.Table(
    "spent_token",
    metadata,
    sa.Column("jti", sa.String(128), primary_key=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "expires_at"),
)

agent_presence = sa.Table(
    "agent_presence",
    metadata,
    sa.Column("agent", sa.String(64), primary_key=True),
    sa.Column("available", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("seen_until", UtcDateTime, nullable=False),
    sa.Column("unresponsive_since", UtcDateTime),
    sa.Column("offered_at", UtcDateTime),
)
"""`unresponsive_since`: an offer ran out, nothing is offered until they say that they are back; `offered_at`: the last offer."""

support_case = sa.Table(
    "support_case",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("skill", sa.String(10), nullable=False),
    sa.Column("packet", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("outcome", sa.String(500), nullable=False),
    sa.Index(
        "uq_support_case_open",
        "conversation",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)
