"""The tables of what agents do from the 360° view, and of the 360° view as it was when a case was handed over.

Invariants: one action per agent and client key; one snapshot per case; both go with their conversation.
"""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

desk_action = sa.Table(
    "desk_action",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("subscriber", sa.String(64), nullable=False),
    sa.Column("locale", sa.String(2), nullable=False),
    sa.Column("agent", sa.String(64), nullable=False),
    sa.Column("agent_name", sa.String(200), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("minor", sa.Integer, nullable=False),
    sa.Column("wish", sa.JSON, nullable=False),
    sa.Column("foreseen", sa.JSON, nullable=False),
    sa.Column("prepared", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("decision", sa.JSON(none_as_null=True)),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("refusal", sa.String(40), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.UniqueConstraint("agent", "key"),
    sa.Index(None, "conversation"),
    sa.Index(None, "subscriber", "asked_at"),
    sa.Index(None, "state", "asked_at"),
)
"""`minor` is what is given away; `decision` who approved, refused or confirmed; `next_at` when a begun one is due again."""

case_snapshot = sa.Table(
    "case_snapshot",
    metadata,
    sa.Column("case_number", sa.ForeignKey("support_case.number"), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("subscriber", sa.String(64), nullable=False),
    sa.Column("taken_at", UtcDateTime, nullable=False),
    sa.Column("overview", sa.JSON(none_as_null=True)),
    sa.Index(None, "conversation"),
)
"""`overview` is null for a subscriber whom the business does not know."""
