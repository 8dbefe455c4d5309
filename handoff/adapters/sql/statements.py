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
ADD_CONVERSATION = t.conversation.insert()
LOG_NAME = sa.select(t.log_identity.c.name)
_s = t.session.c
STANDING_SESSIONS = sa.select(_s.digest, _s.conversation, _s.expires_at).where(
    _s.digest.in_(sa.bindparam("digests", expanding=True)), _s.expires_at > sa.bindparam("now")
)

KEY_SEQ = sa.select(_e.seq).where(_e.conversation == _conversation, _e.cid == sa.bindparam("cid"))
EVENT = sa.select(t.event).where(_e.conversation == _conversation, _e.seq == _seq)
EVENTS = (
    sa.select(t.event)
    .where(_e.conversation == _conversation, _e.seq > sa.bindparam("since"))
    .order_by(_e.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
EVENTS_FOR_SUBSCRIBERS = EVENTS.where(_e.agents_only.is_(False))
ADD_EVENT = t.event.insert()
EDITS = sa.select(t.event).where(_e.conversation == _conversation, _e.seq > _seq, _e.kind == "edit")
REWRITE_EVENT = (
    t.event.update()
    .where(_e.conversation == sa.bindparam("_conversation"), _e.seq == sa.bindparam("_seq"))
    .values(body=sa.bindparam("body"), private=sa.bindparam("private"))
)


_PAIRS = {
    "sqlite": "SELECT value->>0 AS a, value->>1 AS b FROM json_each(:wanted)",
    "postgresql": "SELECT value->>0 AS a, value->>1 AS b FROM json_array_elements(CAST(:wanted AS json))",
}
"""Pairs from a JSON list, for statements about many conversations; they are joined so that each finds its rows by the index:

SQLite takes the order of a CROSS JOIN as its own; PostgreSQL cannot look into a LATERAL query with a limit, and would else read
the whole log for narrow parts of many.
"""


def _log(dialect: str, join: str, order: str = "") -> sa.TextualSelect:
    names = ", ".join(f"e.{column.name}" for column in t.event.columns)
    text = f"SELECT {names} FROM ({_PAIRS[dialect]}) AS w CROSS JOIN {join} {order}"  # noqa: S608  # all of it is ours
    return sa.text(text).columns(*t.event.columns)


LOGS = {
    "sqlite": _log(
        "sqlite",
        "event AS e WHERE e.conversation = w.a AND e.seq > CAST(w.b AS integer) "
        "AND e.seq <= CAST(w.b AS integer) + :most",
        "ORDER BY e.conversation, e.seq",
    ),
    "postgresql": _log(
        "postgresql",
        "LATERAL (SELECT * FROM event WHERE conversation = w.a AND seq > CAST(w.b AS integer) "
        "ORDER BY seq LIMIT :most) AS e",
        "ORDER BY e.conversation, e.seq",
    ),
}
"""Several logs at once, a page (`most`) of each: pairs of conversation and cursor."""

TURN = sa.select(t.bot_turn).where(_b.conversation == _conversation, _b.seq == _seq)
OPEN_TURN = TURN.where(_b.done_at.is_(None))
TURN_BEHIND = (
    sa.select(_b.seq)
    .where(_b.conversation == _conversation, _b.seq > _seq, _b.done_at.is_(None))
    .limit(1)
)
_known = t.bot_turn.alias("known")
ADD_TURN = t.bot_turn.insert().values(
    conversation=_conversation,
    seq=_seq,
    epoch=sa.bindparam("epoch"),
    first=~sa.exists().where(_known.c.conversation == _conversation),
    attempts=0,
    created_at=sa.bindparam("created_at"),
)
END_ALL_TURNS = (
    t.bot_turn.update()
    .where(_b.conversation == sa.bindparam("_conversation"), _b.done_at.is_(None))
    .values(done_at=sa.bindparam("done_at"))
)
END_TURN = END_ALL_TURNS.where(_b.seq == sa.bindparam("_seq"))
_earlier = t.bot_turn.alias("earlier")
_behind_another = sa.exists().where(
    _earlier.c.conversation == _b.conversation,
    _earlier.c.done_at.is_(None),
    _earlier.c.seq < _b.seq,
)
DUE_TURNS = (
    sa.select(_b.conversation, _b.seq)
    .where(
        _b.done_at.is_(None),
        sa.or_(_b.claimed_until.is_(None), _b.claimed_until <= sa.bindparam("now")),
        ~_behind_another,
    )
    .order_by(_b.created_at, _b.conversation)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(of=t.bot_turn, skip_locked=True)
)
CLAIM_TURN = (
    t.bot_turn.update()
    .where(_b.conversation == sa.bindparam("_conversation"), _b.seq == sa.bindparam("_seq"))
    .values(claimed_until=sa.bindparam("claimed_until"), attempts=_b.attempts + 1)
)
CLAIM_NEW_TURN = CLAIM_TURN.where(~_behind_another).returning(_b.epoch, _b.attempts, _b.first)
_standing_claim = t.bot_turn.update().where(
    _b.conversation == sa.bindparam("_conversation"),
    _b.seq == sa.bindparam("_seq"),
    _b.attempts == sa.bindparam("_attempts"),
    _b.done_at.is_(None),
)
RENEW_TURN = _standing_claim.values(claimed_until=sa.bindparam("claimed_until"))
RELEASE_TURN = _standing_claim.values(claimed_until=None, attempts=_b.attempts - 1)


@lru_cache(maxsize=128)
def update_conversation(columns: frozenset[str]) -> sa.Update:
    """Set these columns of the conversation `_id`."""
    return (
        t.conversation.update()
        .where(_c.id == sa.bindparam("_id"))
        .values({name: sa.bindparam(name) for name in sorted(columns)})
    )
