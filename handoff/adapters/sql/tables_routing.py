"""The tables of the desk's routing: teams, what a waiting case needs, who was offered it, and what agents changed.

Invariants: at most one live offer per conversation; a case has one row of needs; what was dropped is kept by
case and agent; `desk_audit` is only added to.
"""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

team = sa.Table(
    "team",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("hours", sa.JSON, nullable=False),
    sa.Column("zone", sa.String(60), nullable=False),
    sa.Column("region", sa.String(10), nullable=False),
    sa.Column("closed_on", sa.JSON, nullable=False),
)
"""`skills` it is the home of; `hours` as `desk.hours` reads them, none: always open; `region` whose holidays it keeps."""

team_member = sa.Table(
    "team_member",
    metadata,
    sa.Column("team", sa.ForeignKey("team.id"), primary_key=True),
    sa.Column("agent", sa.ForeignKey("agent.login"), primary_key=True),
    sa.Index(None, "agent"),
)

case_routing = sa.Table(
    "case_routing",
    metadata,
    sa.Column("case_number", sa.ForeignKey("support_case.number"), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("deadline", UtcDateTime, nullable=False),
    sa.Column("team", sa.String(40)),
    sa.Column("agent", sa.String(64)),
    sa.Column("window_until", UtcDateTime),
    sa.Column("due_at", UtcDateTime),
    sa.Column("due_kind", sa.String(10), nullable=False),
    sa.Column("looked_at", UtcDateTime),
    sa.Column("why", sa.String(20), nullable=False),
    sa.Column("why_at", UtcDateTime),
    sa.Index(None, "conversation"),
)
"""What a case needs while it waits. `since`: in this line, for the overflow; `due_at`: the subscriber's next debit or block
(`due_kind`), read when `looked_at`; `team` and `agent`: to whom it was transferred; `why` nobody is offered it."""

offer = sa.Table(
    "offer",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("case_number", sa.String(20), nullable=False),
    sa.Column("agent", sa.String(64), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Index(
        "uq_offer_live",
        "conversation",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index(None, "agent", "made_at"),
)
"""Every offer ever made; live while `ended_at` is null. `outcome`: accepted, declined, timeout, gone or withdrawn."""

chat_drop = sa.Table(
    "chat_drop",
    metadata,
    sa.Column("case_number", sa.String(20), primary_key=True),
    sa.Column("agent", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("why", sa.String(12), nullable=False),
    sa.Index(None, "conversation"),
)
"""Who dropped which case last when: declined it, let its offer run out, or gave it away."""

offer_declined = sa.Table(
    "offer_declined",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("agent", sa.String(64), primary_key=True),
    sa.Column("cid", sa.String(64), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Every decline that was acknowledged, also one that found no offer: its repeat must not end a later one."""

desk_rule = sa.Table(
    "desk_rule",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
"""What a supervisor set, by name (`routing`, `targets`); what is not there is as the code has it."""

desk_audit = sa.Table(
    "desk_audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("conversation", sa.String(40)),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index(None, "at"),
    sa.Index(None, "conversation"),
    info={"outlives": "conversation"},
)
"""What somebody at the desk changed; `who` is the agent's login. It holds no words and stays when a conversation is forgotten."""
