"""The statements of the hot path, built once: building one costs more than running it.

Invariant: values come as parameters only, by the names of the columns (`_id` and the like for keys of an
update, where a column's own name is its new value).
"""

from functools import lru_cache

import sqlalchemy as sa

from handoff.adapters.sql import tables as t

_c, _e, _b = t.conversation.c, t.event.c, t.bot_turn.c
_conversation = sa.bindparam("conversation", type_=sa.String)
_seq = sa.bindparam("seq", type_=sa.Integer)

CONVERSATION = sa.select(t.conversation).where(_c.id == sa.bindparam("id"))
CONVERSATION_LOCKED = CONVERSATION.with_for_update()
CONVERSATIONS_LOCKED = (
    sa.select(t.conversation)
    .where(_c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_c.id)
    .with_for_update()
)
ADD_CONVERSATION = t.conversation.insert()
LOG_NAME = sa.select(t.log_identity.c.name)

KEY_SEQ = sa.select(_e.seq).where(_e.conversation == _conversation, _e.cid == sa.bindparam("cid"))
KEY_SEQS = sa.select(_e.conversation, _e.cid, _e.seq).where(
    sa.tuple_(_e.conversation, _e.cid).in_(sa.bindparam("pairs", expanding=True))
)
EVENT = sa.select(t.event).where(_e.conversation == _conversation, _e.seq == _seq)
EVENTS = (
    sa.select(t.event)
    .where(_e.conversation == _conversation, _e.seq > sa.bindparam("since"))
    .order_by(_e.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
EVENTS_FOR_SUBSCRIBERS = EVENTS.where(_e.agents_only.is_(False))
ADD_EVENT = t.event.insert()


def _logs(wanted: str) -> sa.TextualSelect:
    """Several logs at once, a page of each at most; `wanted` names conversations (id) and cursors (since)."""
    columns = ", ".join(f"e.{column.name}" for column in t.event.columns)
    return sa.text(
        f"SELECT {columns} FROM ({wanted}) AS w JOIN event AS e ON e.conversation = w.id "  # noqa: S608  # our own names
        "AND e.seq > w.since AND e.seq <= w.since + :most ORDER BY e.conversation, e.seq"
    ).columns(*t.event.columns)


LOGS = {
    "sqlite": _logs(
        "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS since FROM json_each(:wanted)"
    ),
    "postgresql": _logs(
        "SELECT value->>0 AS id, (value->>1)::int AS since FROM json_array_elements(CAST(:wanted AS json))"
    ),
}

ANY_TURN = sa.select(_b.seq).where(_b.conversation == _conversation).limit(1)
TURN = sa.select(t.bot_turn).where(_b.conversation == _conversation, _b.seq == _seq)
OPEN_TURN = TURN.where(_b.done_at.is_(None))
ADD_TURN = t.bot_turn.insert()
END_ALL_TURNS = (
    t.bot_turn.update()
    .where(_b.conversation == sa.bindparam("_conversation"), _b.done_at.is_(None))
    .values(done_at=sa.bindparam("done_at"))
)
END_TURN = END_ALL_TURNS.where(_b.seq == sa.bindparam("_seq"))
CLAIM_TURN = (
    t.bot_turn.update()
    .where(_b.conversation == sa.bindparam("_conversation"), _b.seq == sa.bindparam("_seq"))
    .values(claimed_until=sa.bindparam("claimed_until"), attempts=_b.attempts + 1)
)
RELEASE_TURN = (
    t.bot_turn.update()
    .where(
        _b.conversation == sa.bindparam("_conversation"),
        _b.seq == sa.bindparam("_seq"),
        _b.attempts == sa.bindparam("_attempts"),
        _b.done_at.is_(None),
    )
    .values(claimed_until=None, attempts=_b.attempts - 1)
)


@lru_cache(maxsize=128)
def update_conversation(columns: frozenset[str]) -> sa.Update:
    """Set these columns of the conversation `_id`."""
    return (
        t.conversation.update()
        .where(_c.id == sa.bindparam("_id"))
        .values({name: sa.bindparam(name) for name in sorted(columns)})
    )
